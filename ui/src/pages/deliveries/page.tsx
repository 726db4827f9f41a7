// A delivery as a page of its own, to link to.

import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Page } from '../../parts/page.tsx';
import * as texts from '../../texts/texts.ts';
import { DeliveryView, useDelivery } from './view.tsx';

const route = getRouteApi('/shell/deliveries/$id');
const words = texts.deliveries.detail;

export function DeliveryPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const { data } = useDelivery(id);
  return (
    <Page
      title={data === undefined ? words.title : words.of(data.eventType)}
      lead={
        <Link to="/deliveries" className="text-accent-strong underline">
          {words.back}
        </Link>
      }
    >
      <DeliveryView
        key={id}
        id={id}
        wide
        open={(other) => void navigate({ to: '/deliveries/$id', params: { id: other } })}
        changed={() => {}}
      />
    </Page>
  );
}
