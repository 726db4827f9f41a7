// One thing that is wrong with one member of a body, as the server tells it and as its field shows it.

export type FieldProblem = { readonly pointer: string; readonly rule: string; readonly message: string };

/** Whether it is about the member at this JSON pointer or beneath it. */
export function isWithin({ pointer }: FieldProblem, place: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`);
}

/** The sentence beside the field of this place, which needs no pointer to say what it is about. */
export function sentenceAt(place: string, { pointer, message }: FieldProblem): string {
  const member = pointer
    .slice(place.length + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
  if (!message.startsWith(`${pointer} `)) {
    return member === '' || /^\d+$/.test(member) ? message : `“${member}”: ${message}`;
  }
  const says = message.slice(pointer.length + 1).replace(/^must have at least 1 .*/, 'must not be empty');
  if (member !== '' && !/^\d+$/.test(member)) return `“${member}” ${says}`;
  return says.charAt(0).toUpperCase() + says.slice(1);
}
