// All that the pages say. Another language is another folder beside `en` with the same members.

import { en } from './en/en.ts';

export type Texts = typeof en;

export const texts: Texts = en;
