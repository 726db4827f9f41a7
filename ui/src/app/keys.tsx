// Keyboard shortcuts: each page says which keys it knows, one listener hears them all, and `?` shows them.

import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';

export type Key = {
  /** One character, as it is typed. */
  readonly key: string;
  readonly label: string;
  readonly act: () => void;
};

type Binding = { readonly label: string; readonly act: () => void };

/** The newest binding of a key wins: a drawer's over its page's. */
const bound = new Map<string, Binding[]>();
const listeners = new Set<() => void>();
let listed: readonly (readonly [key: string, label: string])[] = [];

/** Binds keys while the component shows. They are silent while somebody types. */
export function useKeys(keys: readonly Key[]): void {
  const press = useEffectEvent((key: string) => keys.find((one) => one.key === key)?.act());
  const named = keys.map(({ key, label }) => `${key}${label}`).join('\n');
  useEffect(() => {
    const release = (named === '' ? [] : named.split('\n')).map((name) => {
      const key = name.slice(0, 1);
      return bind(key, { label: name.slice(1), act: () => press(key) });
    });
    return () => release.forEach((undo) => undo());
  }, [named]);
}

function bind(key: string, binding: Binding): () => void {
  bound.set(key, [...(bound.get(key) ?? []), binding]);
  changed();
  return () => {
    const rest = (bound.get(key) ?? []).filter((one) => one !== binding);
    if (rest.length === 0) bound.delete(key);
    else bound.set(key, rest);
    changed();
  };
}

function changed(): void {
  listed = [...bound].map(([key, bindings]) => [key, bindings.at(-1)?.label ?? ''] as const);
  listeners.forEach((hear) => hear());
}

/** All keys that do something now, with what they do. */
export function useListedKeys(): typeof listed {
  return useSyncExternalStore(
    (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    () => listed,
  );
}

/** To be called once. */
export function hearKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return;
    const binding = bound.get(event.key)?.at(-1);
    if (binding === undefined) return;
    event.preventDefault();
    binding.act();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(SELECT|TEXTAREA)$/.test(target.tagName) || isTextInput(target))
  );
}

function isTextInput(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit)$/.test(target.type);
}
