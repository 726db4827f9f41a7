// A password that nobody guesses, of characters that nobody mistakes for one another.

const characters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789';
const length = 18;

/** About 103 bits. */
export function madeUpPassword(): string {
  const bytes = new Uint8Array(1);
  const most = 256 - (256 % characters.length);
  let text = '';
  while (text.length < length) {
    const [byte = most] = crypto.getRandomValues(bytes);
    // Those beyond would make the first characters likelier.
    if (byte < most) text += characters[byte % characters.length];
  }
  return text;
}
