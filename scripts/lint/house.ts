// The rules of the house for the linter. The import directions are here: each folder of server/src names what it may
// import, and of what it may import the types only. The linter's own import rules see specifiers, not the files behind them.
import { dirname, relative, resolve, sep } from 'node:path';
import { noAssignedFunction } from './assigned-functions.ts';

type Directions = { readonly values: readonly string[]; readonly types?: readonly string[] };

/** What the linter hands over of an import or re-export. */
type Import = {
  readonly source: { readonly type: string; readonly value: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
};
type Context = { readonly filename: string; report(finding: { message: string; node: Import }): void };

const features = ['manage', 'publish', 'deliver', 'observe', 'maintain'];
const storePort = 'storage/store.ts';
/** How a store says no is part of its port; being classes, the errors are values. */
const storeErrors = 'storage/port/store-errors.ts';
const feature: Directions = { values: ['domain', 'signing', storeErrors], types: [storePort] };

/** A folder may import itself besides; a dialect is a folder of its own. */
const directions: Readonly<Record<string, Directions>> = {
  domain: { values: [] },
  signing: { values: ['domain'] },
  storage: { values: ['domain'] },
  ...Object.fromEntries(features.map((name) => [name, feature])),
  api: { values: ['domain', 'signing', storeErrors], types: [storePort, ...features] },
  dialects: { values: ['domain', 'signing', 'api', ...features] },
  // The files at the top keep what they need in folders of their own name.
  config: { values: ['domain', 'deliver/egress/policy-settings.ts'] },
  app: { values: [''] },
  main: { values: ['domain', 'config', '.'], types: [''] },
  demo: { values: ['domain', 'config', '.'], types: [''] },
};

export default {
  meta: { name: 'house' },
  rules: {
    'no-assigned-function': noAssignedFunction,
    'import-direction': {
      create(context: Context) {
        const check = (node: Import) => {
          const message = problem(context.filename, node);
          if (message !== undefined) context.report({ message, node });
        };
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression: check,
          TSImportType: (node: Import) => check({ ...node, importKind: 'type' }),
        };
      },
    },
  },
};

function problem(filename: string, node: Import): string | undefined {
  const root = sourceRoot(filename);
  if (root === undefined || typeof node.source?.value !== 'string') return undefined;
  const from = inside(root, filename);
  const specifier = node.source.value;
  const typeOnly = node.importKind === 'type' || node.exportKind === 'type';
  const house = houseOf(from);

  if (!specifier.startsWith('.')) {
    if (house.name !== 'domain' || typeOnly) return undefined;
    return `domain imports no package, only its own files: '${specifier}'`;
  }
  const target = inside(root, resolve(dirname(filename), specifier));
  if (covers(house.values, target)) return undefined;
  if (!covers(house.types, target))
    return `${house.name} may not import '${target}' (see the import directions)`;
  if (typeOnly) return undefined;
  const hint = target === storePort ? `; a store's errors are in '${storeErrors}'` : '';
  return `${house.name} may import only the types of '${target}'${hint}`;
}

/**
 * What a file may import. Of the files directly in server/src only app.ts makes parts; the others know their types, and
 * each may keep a folder of its own name.
 */
function houseOf(from: string): { name: string; values: readonly string[]; types: readonly string[] } {
  const [folder = '', vendor = '', ...rest] = from.split('/');
  if (from === 'app.ts') return { name: from, values: [''], types: [] };
  if (vendor === '') return { name: from, values: ['domain', '.', from.replace(/\.ts$/, '')], types: [''] };
  const { values, types = [] } = directions[folder] ?? { values: ['domain'] };
  const own = folder === 'dialects' && rest.length > 0 ? `${folder}/${vendor}` : folder;
  return { name: own, values: [...values, own], types };
}

/** Whether the target is one of the places or inside one: `''` is everything, `'.'` the files at the top. */
function covers(places: readonly string[], target: string): boolean {
  return places.some(
    (place) =>
      place === '' ||
      place === target ||
      target.startsWith(`${place}/`) ||
      (place === '.' && !target.includes('/')),
  );
}

function sourceRoot(filename: string): string | undefined {
  const marker = `${sep}server${sep}src${sep}`;
  const at = filename.lastIndexOf(marker);
  return at === -1 ? undefined : filename.slice(0, at + marker.length);
}

function inside(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
