// Where a portal opens: at the first of its pages that the link lets see.

import { Navigate } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { Empty, Page } from '../parts/page.tsx';
import * as texts from '../texts/texts.ts';
import { places } from './places.ts';

export function Home() {
  const may = useMay();
  const place = places.find(({ needs }) => may(needs));
  if (place !== undefined) return <Navigate to={place.to} replace />;
  return (
    <Page title={texts.portal.title}>
      <Empty title={texts.portal.nothing}>{texts.portal.nothingLead}</Empty>
    </Page>
  );
}
