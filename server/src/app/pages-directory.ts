// Where the built web app is: beside this code in the packed package, in its workspace in the repository.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packed = fileURLToPath(new URL('../ui', import.meta.url));
const workspace = fileURLToPath(new URL('../../../ui/dist', import.meta.url));

export function pagesDirectory(): string {
  return existsSync(packed) ? packed : workspace;
}
