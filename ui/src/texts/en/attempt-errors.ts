// Why no usable answer came: what it is called, and what to do about it.

import type { ErrorReason } from '../../../../server/src/domain/outcome.ts';

type Told = { readonly name: string; readonly hint: string };

export const attemptErrors: Readonly<Record<ErrorReason, Told>> = {
  target_not_allowed: {
    name: 'Address not allowed',
    hint: 'The host resolves to a private or reserved address. If it is meant to be reached, the operator can open it with EGRESS_ALLOW_CIDRS.',
  },
  dns_not_found: {
    name: 'Host name not found',
    hint: 'Check the spelling of the host in the webhook’s URL, and that its DNS record exists and is public.',
  },
  dns_timeout: {
    name: 'DNS timeout',
    hint: 'The name servers of the receiver’s domain are slow or down. Ask whoever runs the domain.',
  },
  dns_failed: {
    name: 'DNS failure',
    hint: 'The name could not be resolved, for example because of a broken DNSSEC or delegation. Try “dig” with the host name.',
  },
  connect_refused: {
    name: 'Connection refused',
    hint: 'Nothing listens on this port. Start the receiver, or correct the port in the webhook’s URL.',
  },
  connect_timeout: {
    name: 'Connection timeout',
    hint: 'A firewall probably drops the packets. Let Posthorn’s address through, or check that the receiver is up.',
  },
  connect_failed: {
    name: 'Connection failed',
    hint: 'There is no route to the receiver, or the connection broke. Check its network and firewall.',
  },
  connection_lost: {
    name: 'Connection lost',
    hint: 'The receiver, or a proxy before it, closed the connection before it answered: often a crash, a restart or a limit on the size of bodies. Look into its log at this time.',
  },
  tls_untrusted: {
    name: 'Certificate not trusted',
    hint: 'The certificate is self-signed, or the receiver does not send its intermediate certificates. Install the full chain.',
  },
  tls_expired: {
    name: 'Certificate expired',
    hint: 'Renew the receiver’s certificate, and check the clocks of both machines.',
  },
  tls_hostname: {
    name: 'Certificate for another host',
    hint: 'The certificate does not name the host of the webhook’s URL. Use the name that it has, or issue one for this name.',
  },
  tls_protocol: {
    name: 'TLS handshake failed',
    hint: 'The receiver must speak TLS 1.2 or 1.3 with a common cipher. Is it perhaps plain HTTP behind an https URL?',
  },
  timeout_tls: {
    name: 'TLS timeout',
    hint: 'The receiver accepted the connection and then stalled. It may be overloaded, or not speak TLS on this port.',
  },
  timeout_headers: {
    name: 'No answer in time',
    hint: 'The receiver took the request and did not answer before the deadline. It should store the event, answer 2xx at once, and work on it afterwards.',
  },
  timeout_total: {
    name: 'Timeout',
    hint: 'The receiver did not finish before the deadline. It should answer 2xx at once and do its work afterwards; or raise the webhook’s timeout.',
  },
  headers_overflow: {
    name: 'Headers too large',
    hint: 'The receiver answers with very large headers. Answer with less: only the status matters.',
  },
  bad_response: {
    name: 'Not HTTP',
    hint: 'What answered does not speak HTTP properly. Check port and scheme of the webhook’s URL.',
  },
  redirect_refused: {
    name: 'Redirect refused',
    hint: 'Point the webhook to the final URL.',
  },
  request_invalid: {
    name: 'Request can’t be made',
    hint: 'The webhook’s URL or headers are not valid any more. Open the webhook and correct them.',
  },
  secret_unreadable: {
    name: 'Secret unreadable',
    hint: 'The key that opens the secrets of this installation has changed. Rotate the webhook’s secret, or bring the old MASTER_KEY back.',
  },
};

/** What to do about an answer that is not success. */
export function statusHint(status: number): string {
  if (status === 400 || status === 422)
    return 'The receiver read the request and did not like it. Its answer below may say why.';
  if (status === 401 || status === 403)
    return 'The receiver did not accept the credentials or the signature. Check its secret against the webhook’s, and that it verifies the body’s exact bytes.';
  if (status === 404)
    return 'The path does not exist at the receiver. Check the webhook’s URL, or deploy the handler.';
  if (status === 405) return 'The handler does not take POST.';
  if (status === 408 || status === 504)
    return 'The receiver, or a proxy before it, was too slow. Answer 2xx at once and do the work afterwards.';
  if (status === 410)
    return 'The receiver wants nothing more. If that was a mistake, correct it, and see to it that the webhook is active.';
  if (status === 413) return 'The body is too large for the receiver or a proxy before it. Raise its limit.';
  if (status === 415) return 'The receiver does not take this content type.';
  if (status === 429)
    return 'The receiver asks for fewer requests. Lower the number of requests at once in the webhook’s settings if it goes on.';
  if (status >= 300 && status < 400) return 'Redirects are not followed. Point the webhook to the final URL.';
  if (status === 502 || status === 503)
    return 'A proxy before the receiver could not reach it, or it is being deployed. Check that it is up, and look into the log of the proxy.';
  if (status >= 500)
    return 'The receiver failed while it worked on the event. Look into its log at this time.';
  return 'Only answers from 200 to 299 count as success.';
}
