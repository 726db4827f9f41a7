// What a failed TLS handshake means to people.

import { failed } from './failure.ts';
import type { Failure } from './failure.ts';

const expired: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'The certificate has expired'],
  ['CERT_NOT_YET_VALID', 'The certificate is not valid yet'],
]);

const wrongName = new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH']);

const weak = new Set(['EE_KEY_TOO_SMALL', 'CA_KEY_TOO_SMALL', 'CA_MD_TOO_WEAK']);

const untrusted: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'The certificate is self-signed'],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'The certificate chain ends in a self-signed certificate that is not trusted',
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'The certificate is of an unknown authority, or its chain is incomplete',
  ],
  ['UNABLE_TO_GET_ISSUER_CERT', 'The certificate is of an unknown authority, or its chain is incomplete'],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'The certificate is of an unknown authority, or its chain is incomplete',
  ],
  ['CERT_REVOKED', 'The certificate was revoked'],
]);

/** OpenSSL's verification errors that have no text of their own here (`X509_V_ERR_*`, as Node names them). */
const otherVerification =
  /^(CERT_|CRL_|UNABLE_TO_|INVALID_|PATH_|SUBTREE_|PERMITTED_|EXCLUDED_|UNSUPPORTED_|ERROR_IN_|AKID_|KEYUSAGE_|UNHANDLED_)/;

export function tlsFailure(error: NodeJS.ErrnoException): Failure {
  const code = error.code ?? '';
  const expiry = expired.get(code);
  if (expiry !== undefined) return failed('tls_expired', expiry);
  if (wrongName.has(code)) return failed('tls_hostname', 'The certificate is for another host name');
  if (weak.has(code)) return failed('tls_protocol', 'The certificate has a weak key or signature');
  const distrust = untrusted.get(code);
  if (distrust !== undefined) return failed('tls_untrusted', distrust);
  if (otherVerification.test(code)) return failed('tls_untrusted', 'The certificate could not be verified');
  return failed('tls_protocol', `The TLS handshake failed${handshakeCause(code)}`);
}

function handshakeCause(code: string): string {
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW|WRONG_VERSION/.test(code)) {
    return ': no common version of TLS (1.2 or later is needed)';
  }
  if (/HANDSHAKE_FAILURE|NO_SHARED_CIPHER|NO_CIPHERS/.test(code)) return ': no common cipher';
  if (/CERTIFICATE_REQUIRED|BAD_CERTIFICATE/.test(code)) return ': the receiver wants a client certificate';
  if (/DH_KEY_TOO_SMALL|KEY_TOO_SMALL|LEGACY_SIGALG|WRONG_SIGNATURE_TYPE/.test(code)) return ': weak keys';
  if (code === 'ECONNRESET') return ': the connection was closed';
  return '';
}
