// The form of a webhook: the fields of its dialect in their order, then its filter, and how it is delivered to.

import { useEffect } from 'react';
import type { Webhook } from '../../../api/types.ts';
import { ProblemNote } from '../../../parts/problem.tsx';
import { ConfluenceFields } from './confluence-fields.tsx';
import { DeliveryFields } from './delivery-fields.tsx';
import { EntrustFields } from './entrust-fields.tsx';
import { FilterField } from './filter-field.tsx';
import { places, type FormPart } from './form-part.ts';
import { NativeFields } from './native-fields.tsx';
import { XurrentFields } from './xurrent-fields.tsx';

const fieldsOf: Readonly<Record<Webhook['dialect'], (part: FormPart) => React.ReactNode>> = {
  native: NativeFields,
  confluence: ConfluenceFields,
  xurrent: XurrentFields,
  entrust: EntrustFields,
};

export function WebhookForm(part: FormPart) {
  const Fields = fieldsOf[part.dialect];
  return (
    <div className="flex flex-col gap-5">
      <Fields {...part} />
      <FilterField {...part} />
      <DeliveryFields {...part} />
    </div>
  );
}

/** Beside the button that sends the form: where to look for what is wrong. */
export function FormProblem({ error }: { readonly error: unknown }) {
  if (error === undefined) return null;
  return <ProblemNote error={error} places={places} />;
}

/** Brings the first field that is wrong into sight and opens what hides others, once each error has marked them. */
export function useFirstWrong(form: { readonly current: HTMLElement | null }, error: unknown): void {
  useEffect(() => {
    if (error === undefined) return;
    const wrong = [...(form.current?.querySelectorAll<HTMLElement>('[aria-invalid="true"]') ?? [])];
    for (const field of wrong) field.closest('details')?.setAttribute('open', '');
    wrong[0]?.focus();
  }, [form, error]);
}
