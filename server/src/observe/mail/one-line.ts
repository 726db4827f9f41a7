// Text that somebody else wrote, as a mail may carry it: one line, of bounded length, without what steers a display.

/** Line breaks, controls and invisible marks (such as those that turn the direction of writing) become single spaces. */
export function oneLine(text: string, lengthMax: number): string {
  const line = text
    .slice(0, lengthMax * 4)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const letters = Array.from(line);
  return letters.length > lengthMax ? `${letters.slice(0, lengthMax - 1).join('')}…` : line;
}
