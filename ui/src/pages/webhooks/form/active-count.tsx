// How many webhooks of a dialect are active, of how many that may be.

import { useQuery } from '@tanstack/react-query';
import { dialectsQuery } from '../../../api/dialects.ts';
import type { Webhook } from '../../../api/types.ts';
import * as texts from '../../../texts/texts.ts';

export function ActiveCount({ dialect }: { readonly dialect: Webhook['dialect'] }) {
  const { data } = useQuery(dialectsQuery);
  const use = data?.find(({ name }) => name === dialect)?.webhooks.active;
  if (use === undefined || use.max === null) return null;
  return (
    <span className={use.used >= use.max ? 'text-xs font-medium text-bad' : 'text-xs text-quiet'}>
      {texts.webhookForm.activeCount(use.used, use.max)}
    </span>
  );
}
