// What a person can do about a URL that can't be delivered to.

import type { ErrorReason, Outcome } from '../../../domain/outcome.ts';

/** The advice for the reason of an error. */
export function hintFor(reason: Extract<Outcome, { reason: unknown }>['reason']): string {
  return (hints as Readonly<Record<string, string>>)[reason] ?? ofPlatform;
}

/** What an answer to a HEAD says about deliveries, which are POSTs; null where it says nothing against them. */
export function noteOn(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return 'The receiver redirects, and redirects are not followed: use the address that it redirects to.';
  if (status === 401 || status === 403)
    return 'The receiver wants to know who is calling: give the webhook the headers or credentials that it expects.';
  if (status === 404 || status === 405 || status === 501)
    return 'Receivers that answer only POST say so to this question; if the path is right, deliveries may well succeed.';
  if (status === 410) return 'The receiver says that it is gone; a delivery would disable the webhook.';
  if (status === 429) return 'The receiver asks for fewer requests.';
  if (status >= 500) return 'The receiver is there and fails; look into its log.';
  return 'Deliveries count as delivered when they are answered with 200 to 299.';
}

const ofPlatform = 'It is not the fault of the receiver: tell who runs this installation.';

const hints: Readonly<Record<ErrorReason, string>> = {
  target_not_allowed:
    'Use a public address, or ask who runs this installation to open this one (EGRESS_ALLOW_CIDRS).',
  dns_not_found: 'Check the spelling of the host, and that its name is published in the public DNS.',
  dns_timeout: 'Try again; if it stays so, look into the name servers of the host.',
  dns_failed: 'Look into the name servers of the host.',
  connect_refused: 'Check the port, and that the receiver is running.',
  connect_timeout: 'Check the address, and that no firewall keeps requests out.',
  connect_failed: 'Check the address, and that the receiver can be reached from the internet.',
  connection_lost: 'Look into the log of the receiver, and of what stands before it.',
  tls_untrusted:
    'Give the receiver a certificate of a public authority, together with its intermediate certificates.',
  tls_expired: 'Renew the certificate of the receiver.',
  tls_hostname: 'Use a host name that the certificate is for, or get one for this name.',
  tls_protocol: 'Let the receiver speak TLS 1.2 or later; an http:// receiver has no TLS at all.',
  timeout_tls: 'Check that the port speaks https.',
  timeout_headers: 'Let the receiver answer before it works on what it received.',
  timeout_total: 'Let the receiver answer before it works on what it received.',
  headers_overflow: 'Let the receiver answer with fewer or shorter headers.',
  bad_response: 'Check that the port speaks HTTP.',
  redirect_refused: 'Use the address that the receiver redirects to.',
  request_invalid: 'Check the URL.',
  secret_unreadable: 'Rotate the secret of the webhook.',
};
