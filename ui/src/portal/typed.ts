// Whether somebody has typed into a form that still stands on the page.

const typedInto = new WeakSet<HTMLFormElement>();

export function watchTyping(): void {
  addEventListener('input', ({ target }) => {
    const form = target instanceof Element ? target.closest('form') : null;
    if (form !== null) typedInto.add(form);
  });
}

export function isTyped(): boolean {
  return [...document.forms].some((form) => typedInto.has(form));
}
