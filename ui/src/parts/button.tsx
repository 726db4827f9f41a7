// Buttons: one look for each weight of an action.

import { Link, type LinkProps } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

const kinds: Readonly<Record<ButtonKind, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent',
  plain: 'bg-surface text-ink border-line-strong/50 hover:bg-sunken',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
  danger: 'bg-surface text-bad border-bad/60 hover:bg-bad-soft',
};

const look =
  'inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border px-3 py-1 font-medium whitespace-nowrap transition-colors disabled:opacity-50 aria-disabled:opacity-50';

type Own = { readonly kind?: ButtonKind; readonly icon?: ReactNode; readonly busy?: boolean };

/** While `busy` it says so and takes no second click. */
export function Button({
  kind = 'plain',
  icon,
  busy = false,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: Own & ComponentProps<'button'>) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={classNames(look, kinds[kind], className)}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

export function LinkButton({
  kind = 'plain',
  icon,
  className,
  children,
  ...rest
}: Own & LinkProps & { readonly className?: string; readonly children?: ReactNode }) {
  return (
    <Link {...rest} className={classNames(look, kinds[kind], className)}>
      {icon}
      {children}
    </Link>
  );
}

/** A button that is only a picture, with its name for those who don't see it. */
export function IconButton({
  name,
  icon,
  className,
  ...rest
}: { readonly name: string; readonly icon: ReactNode } & Omit<ComponentProps<'button'>, 'name'>) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={name}
      title={name}
      className={classNames(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-quiet transition-colors hover:bg-sunken hover:text-ink disabled:opacity-50',
        className,
      )}
    >
      {icon}
    </button>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden
      className="size-3.5 shrink-0 animate-spin rounded-full border-2 border-current border-t-transparent"
    />
  );
}
