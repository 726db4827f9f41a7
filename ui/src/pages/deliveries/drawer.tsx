// A delivery beside the list, which stays where it is; `j` and `k` go through the list's rows.

import { Maximize2 } from 'lucide-react';
import { useKeys } from '../../app/keys.tsx';
import { LinkButton } from '../../parts/button.tsx';
import { Drawer } from '../../parts/dialog.tsx';
import * as texts from '../../texts/texts.ts';
import { DeliveryView, useDelivery } from './view.tsx';

const words = texts.deliveries.detail;

export function DeliveryDrawer({
  id,
  close,
  open,
  next,
  previous,
  changed,
}: {
  readonly id: string;
  readonly close: () => void;
  readonly open: (id: string) => void;
  /** Undefined at the end of the list. */
  readonly next: (() => void) | undefined;
  readonly previous: (() => void) | undefined;
  readonly changed: () => void;
}) {
  const { data } = useDelivery(id);
  useKeys([
    { key: 'j', label: texts.table.next, act: () => next?.() },
    { key: 'k', label: texts.table.previous, act: () => previous?.() },
  ]);
  return (
    <Drawer
      open
      close={close}
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {data === undefined ? words.title : words.of(data.eventType)}
          <LinkButton
            kind="quiet"
            to="/deliveries/$id"
            params={{ id }}
            icon={<Maximize2 aria-hidden size={13} />}
            className="text-quiet"
          >
            {words.openPage}
          </LinkButton>
        </span>
      }
    >
      <DeliveryView key={id} id={id} open={open} changed={changed} />
    </Drawer>
  );
}
