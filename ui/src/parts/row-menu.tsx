// What can be done with a row, at its end: behind three dots, or as buttons.

import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import * as texts from '../texts/texts.ts';
import type { Column } from './data-table.tsx';
import { Menu, type MenuAction } from './menu.tsx';

/** `name` is the row's, for those who hear the page. Nothing where nothing can be done. */
export function RowMenu({
  name,
  actions,
}: {
  readonly name: string;
  readonly actions: readonly MenuAction[];
}) {
  if (actions.length === 0) return null;
  return (
    <Menu
      label={texts.common.moreActions(name)}
      trigger={<Ellipsis aria-hidden size={16} />}
      actions={actions}
    />
  );
}

/** The last column of a list whose rows can be acted on. */
export function actsColumn<Row>(cell: (row: Row) => ReactNode, className = 'w-20'): Column<Row> {
  return { id: 'acts', header: texts.table.acts, className: `${className} text-right`, cell };
}
