// Fields of forms: a label, a hint, what is wrong, and the control, tied together for screen readers.

import { useId, type ComponentProps, type ReactNode } from 'react';
import { classNames } from './class-names.ts';

type Described = {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
};

type Wired = {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
};

const control =
  'rounded-md border border-line-strong/60 bg-surface px-3 py-1.5 text-ink disabled:opacity-60 aria-invalid:border-bad';

/** Any control with its label, hint and error; `children` gets what ties them together. */
export function Field({
  label,
  hint,
  error,
  children,
}: Described & { readonly children: (wired: Wired) => ReactNode }) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': descriptionOf(id, hint, error),
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error !== undefined && (
        <p id={`${id}-error`} className="whitespace-pre-line text-bad">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="text-xs text-quiet">
          {hint}
        </div>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, className, ...rest }: Described & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => (
        <input
          type="text"
          autoComplete="off"
          {...rest}
          {...wired}
          className={classNames(control, 'w-full', className)}
        />
      )}
    </Field>
  );
}

export function TextArea({ label, hint, error, className, ...rest }: Described & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => (
        <textarea rows={3} {...rest} {...wired} className={classNames(control, 'w-full', className)} />
      )}
    </Field>
  );
}

export type Choice = { readonly value: string; readonly label: string };

export function SelectField({
  label,
  hint,
  error,
  choices,
  className,
  ...rest
}: Described & { readonly choices: readonly Choice[] } & ComponentProps<'select'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => (
        <select {...rest} {...wired} className={classNames(control, 'w-full pr-8', className)}>
          {choices.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What a list is searched by. */
export function SearchField({
  label,
  className,
  ...rest
}: { readonly label: string } & ComponentProps<'input'>) {
  return (
    <input
      type="search"
      autoComplete="off"
      aria-label={label}
      placeholder={label}
      {...rest}
      className={classNames(control, 'w-72 max-w-full', className)}
    />
  );
}

/** A choice in a row of filters, whose label only screen readers need. */
export function FilterSelect({
  label,
  choices,
  className,
  ...rest
}: { readonly label: string; readonly choices: readonly Choice[] } & ComponentProps<'select'>) {
  return (
    <select aria-label={label} {...rest} className={classNames(control, 'max-w-60 pr-8', className)}>
      {choices.map(({ value, label: text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}

export function Checkbox({ label, hint, error, ...rest }: Described & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        {...rest}
        id={id}
        type="checkbox"
        aria-describedby={descriptionOf(id, hint, error)}
        aria-invalid={error === undefined ? undefined : true}
        className="mt-0.5 size-4 accent-accent"
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {error !== undefined && (
          <p id={`${id}-error`} className="whitespace-pre-line text-bad">
            {error}
          </p>
        )}
        {hint !== undefined && (
          <div id={`${id}-hint`} className="text-xs text-quiet">
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}

function descriptionOf(id: string, hint: ReactNode, error: string | undefined): string | undefined {
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    Boolean,
  );
  return described.length === 0 ? undefined : described.join(' ');
}
