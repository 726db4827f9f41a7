// English, page by page.

import { catalogue } from './catalogue.ts';
import { charts } from './charts.ts';
import { common, numbers, time } from './common.ts';
import { shell, signIn } from './shell.ts';
import { states } from './states.ts';
import { table } from './table.ts';

export const en = {
  product: 'Posthorn',
  common,
  numbers,
  time,
  states,
  charts,
  table,
  shell,
  signIn,
  catalogue,
} as const;
