// How pages are found and waited for, wherever they stand.

import { Loading, Page } from '../parts/page.tsx';
import { PageProblem } from './page-problem.tsx';
import { readSearch, writeSearch } from './search-text.ts';

export const routing = {
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultErrorComponent: PageProblem,
  defaultPendingComponent: () => (
    <Page title="…">
      <Loading />
    </Page>
  ),
} as const;
