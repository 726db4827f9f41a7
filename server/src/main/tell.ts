// What a command answers goes to the standard output; the command is over once it is there.

import { CannotStart } from '../cannot-start.ts';

/** Whoever reads no further, such as `head`, has read enough. Fails with `CannotStart` where nothing can be written. */
export function tell(text: string): Promise<void> {
  const out = process.stdout;
  return new Promise((settle, reject) => {
    out.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EPIPE') settle();
      else reject(new CannotStart(`Its answer can't be written to the standard output: ${cause.message}`));
    });
    out.write(text, (cause) => {
      if (cause === null || cause === undefined) settle();
    });
  });
}
