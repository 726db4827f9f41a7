// Says in one sentence how an attempt ended, for people who read it in a list.

import type { ErrorReason, Outcome } from '../../../domain/outcome.ts';

/** The sentence for an outcome; null when it is a success. */
export function explainOutcome(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'success':
      return null;
    case 'failure':
      return explainStatus(outcome.status);
    case 'error':
      return explainError(outcome.reason);
    case 'platform':
      return platformSentences[outcome.reason];
  }
}

/** The sentence for a reason; a reason that a newer server has recorded is shown as it is. */
export function explainError(reason: string): string {
  return (errorSentences as Readonly<Record<string, string>>)[reason] ?? reason;
}

export function explainStatus(status: number): string {
  if (status === 410) return 'The receiver answered 410: it wants nothing more.';
  if (status === 429) return 'The receiver answered 429: it asks for fewer requests.';
  if (status >= 300 && status < 400) return `The receiver answered ${status}; redirects are not followed.`;
  if (status >= 400 && status < 500) return `The receiver refused the request with ${status}.`;
  if (status >= 500 && status < 600) return `The receiver failed with ${status}.`;
  return `The receiver answered ${status}; only 200 to 299 counts as success.`;
}

const errorSentences: Readonly<Record<ErrorReason, string>> = {
  target_not_allowed: 'The address guard refused the target: it points to an address that is not public.',
  dns_not_found: 'The host name does not exist.',
  dns_timeout: 'The name server of the host did not answer in time.',
  dns_failed: 'The host name could not be resolved.',
  connect_refused: 'The receiver refused the connection: nothing listens on that port.',
  connect_timeout: 'No connection was made in time.',
  connect_failed: 'No connection could be made.',
  connection_lost: 'The receiver closed the connection before it had answered.',
  tls_untrusted: 'The certificate of the receiver is not trusted.',
  tls_expired: 'The certificate of the receiver has expired or is not valid yet.',
  tls_hostname: 'The certificate of the receiver is for another host name.',
  tls_protocol: 'The TLS handshake failed: no version or cipher in common, or a key that is too weak.',
  timeout_tls: 'The TLS handshake did not end in time.',
  timeout_headers: 'The receiver did not start to answer in time.',
  timeout_total: 'The exchange was not over in time.',
  headers_overflow: 'The headers of the answer are too large.',
  bad_response: 'The answer is not valid HTTP.',
  redirect_refused: 'The redirect was refused: too many hops, or from https to http.',
  request_invalid: 'The stored URL or headers can not be sent.',
  secret_unreadable: 'A stored secret of the webhook can not be decrypted; rotate it.',
};

const platformSentences: Readonly<Record<Extract<Outcome, { kind: 'platform' }>['reason'], string>> = {
  resolver_down: 'The name servers of this installation do not answer.',
  egress_proxy_down: 'The egress proxy of this installation does not answer.',
  out_of_sockets: 'This installation has no free socket or port.',
  sending_ended: 'What sends in this installation ended and was started again.',
  stopped: 'This server is stopping.',
};
