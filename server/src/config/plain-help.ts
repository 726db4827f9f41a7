// The help of a setting where it is printed: without the Markdown of docs/configuration.md, whose links lead nowhere there.

export function plainHelp(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}
