// What stands where no page is.

import { LinkButton } from '../parts/button.tsx';
import { Empty, Page } from '../parts/page.tsx';
import * as texts from '../texts/texts.ts';

export function NotFound() {
  return (
    <Page title={texts.common.notFound}>
      <Empty title={texts.common.notFound} action={<LinkButton to="/">{texts.common.start}</LinkButton>}>
        {texts.common.notFoundLead}
      </Empty>
    </Page>
  );
}
