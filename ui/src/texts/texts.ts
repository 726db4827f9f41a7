// All that the pages say, but for the settings, which bring their own. Another language is another folder beside `en` with
// the same members.

import { en } from './en/en.ts';

export type Texts = typeof en;

export const texts: Texts = en;
