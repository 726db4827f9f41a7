// A URL as it may be kept and told: the values of query parameters are masked, all or those that look like secrets.

const secretName =
  /auth|token|secret|passw|(api|access|private|client)[-_]?key|credential|cookie|session|jwt|^key$|^sig(nature)?$|^code$/i;

/** Stands where the value of a header or a query parameter is not told. */
export const redacted = '[redacted]';

/** Whether the name of a header or a query parameter says that its value is a secret. */
export function namesSecret(name: string): boolean {
  return secretName.test(name);
}

/** The URL with the values of query parameters that look like secrets replaced; everything else byte for byte. */
export function maskedUrl(url: string): string {
  const start = url.indexOf('?');
  if (start === -1) return url;
  const parameters = url
    .slice(start + 1)
    .split('&')
    .map((parameter) => {
      const equals = parameter.indexOf('=');
      const name = equals === -1 ? parameter : parameter.slice(0, equals);
      return equals !== -1 && namesSecret(decoded(name)) ? `${name}=${redacted}` : parameter;
    });
  return `${url.slice(0, start)}?${parameters.join('&')}`;
}

/** The URL with all values of its query masked: the names of parameters are told, and a text without one is no name. */
export function maskedQuery(url: string): string {
  const start = url.indexOf('?');
  if (start === -1) return url;
  const query = url.slice(start + 1);
  return `${url.slice(0, start)}?${query.replaceAll(/=[^&]*/g, '=****').replaceAll(/(?<=^|&)[^&=]+(?=&|$)/g, '****')}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
