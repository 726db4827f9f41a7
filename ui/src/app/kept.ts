// What the browser keeps for a page, where it does: a page in somebody else's frame may have no storage at all.

type Place = 'localStorage' | 'sessionStorage';

export function kept(place: Place, name: string): string | null {
  try {
    return globalThis[place].getItem(name);
  } catch {
    return null;
  }
}

export function keep(place: Place, name: string, text: string): void {
  try {
    globalThis[place].setItem(name, text);
  } catch {
    // Then it holds until the page is left.
  }
}
