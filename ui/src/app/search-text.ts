// The query of a page's URL as plain texts, so that people can read, edit and share it.

export function readSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function writeSearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** What a page takes of its query: these names, each a text or absent. */
export function searchOf<const Names extends readonly string[]>(...names: Names) {
  return (search: Record<string, unknown>): { readonly [Name in Names[number]]?: string } =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = search[name];
        return typeof value === 'string' && value !== '' ? [[name, value]] : [];
      }),
    ) as { readonly [Name in Names[number]]?: string };
}
