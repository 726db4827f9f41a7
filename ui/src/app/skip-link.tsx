// For who goes by keyboard: past the navigation, to what the page shows.

import * as texts from '../texts/texts.ts';

export function SkipLink() {
  return (
    <a
      href="#content"
      className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
    >
      {texts.shell.skip}
    </a>
  );
}
