// What counts as the address of a mailbox: enough of RFC 5321 for the mailboxes that people have, and nothing that could steer a mail's head.

/** RFC 5321 §4.5.3.1.3, less the angle brackets. */
export const mailAddressLengthMax = 254;
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}$/u;
const label = String.raw`[\p{L}\p{M}\p{N}]([\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?`;
const domain = new RegExp(`^${label}(\\.${label})*$`, 'u');
const addressLiteral = /^\[[\dA-Fa-f:.]+\]$|^\[IPv6:[\dA-Fa-f:.]+\]$/;

/** Whether the text is one bare address such as `ada@example.com`, without a name around it. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const host = text.slice(at + 1);
  return (
    text.length <= mailAddressLengthMax &&
    localPart.test(text.slice(0, Math.max(0, at))) &&
    (domain.test(host) || addressLiteral.test(host))
  );
}
