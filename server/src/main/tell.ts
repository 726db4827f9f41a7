// What a command answers goes to the standard output; the command is over once it is there.

/** The answer could not be written, in a sentence. */
export class NotTold extends Error {
  override name = 'NotTold';
}

/**
 * Fails with `NotTold` where nothing can be written. Whoever reads no further, such as `head`, has read enough, unless
 * something can't be had again: `lost` says what, and what to do about it.
 */
export function tell(text: string, lost?: string): Promise<void> {
  const out = process.stdout;
  return new Promise((settle, reject) => {
    out.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EPIPE' && lost === undefined) return settle();
      const rest = lost === undefined ? '' : `: ${lost}`;
      reject(new NotTold(`The answer can't be written to the standard output (${cause.message})${rest}`));
    });
    out.write(text, (cause) => {
      if (cause === null || cause === undefined) settle();
    });
  });
}
