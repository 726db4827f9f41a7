// How an attempt ended: data, never an exception.

/** Why no usable answer came. The text is what people and clients see; none of them names an internal address. */
export type ErrorReason =
  | 'target_not_allowed' // the address guard refused the target
  | 'dns_not_found'
  | 'dns_timeout'
  | 'dns_failed'
  | 'connect_refused'
  | 'connect_timeout'
  | 'connect_failed'
  | 'connection_lost' // reset or closed before a complete response head
  | 'tls_untrusted'
  | 'tls_expired'
  | 'tls_hostname'
  | 'tls_protocol' // no common version or cipher, weak key, or another handshake failure
  | 'timeout_tls'
  | 'timeout_headers'
  | 'timeout_total'
  | 'headers_overflow'
  | 'bad_response' // not HTTP, or a head that breaks its rules
  | 'redirect_refused' // only where a profile follows redirects: too many hops, or https to http
  | 'request_invalid' // the stored URL or headers can't be sent
  | 'secret_unreadable';

/** Whose fault an error is: the platform's own resolver, egress proxy or sending thread being down is charged to no webhook. */
export type Outcome =
  | { readonly kind: 'success'; readonly status: number }
  | { readonly kind: 'failure'; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: 'error'; readonly reason: ErrorReason; readonly detail: string }
  | {
      readonly kind: 'platform';
      readonly reason: 'resolver_down' | 'egress_proxy_down' | 'out_of_sockets' | 'sending_ended' | 'stopped';
      readonly detail: string;
    };

/** How an attempt failed, through no fault of the platform. */
export type FailedOutcome = Extract<Outcome, { kind: 'failure' | 'error' }>;

/** Of a request that needs a secret which can't be decrypted. */
export const secretUnreadable: Extract<Outcome, { kind: 'error' }> = {
  kind: 'error',
  reason: 'secret_unreadable',
  detail: 'A stored secret of the webhook can not be decrypted',
};

export type OutcomeKind = 'success' | 'failure' | 'error';

/** Whether the receiver failed to answer in time: such endpoints get fewer requests at once. */
export function isTimeout(outcome: Outcome): boolean {
  return outcome.kind === 'error' && /timeout/.test(outcome.reason);
}
