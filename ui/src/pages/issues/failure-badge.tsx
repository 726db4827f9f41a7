// What kind of failure it is: the status that was answered, or that no usable answer came.

import { Badge } from '../../parts/badge.tsx';
import type { Failure } from '../../parts/failure.ts';
import * as texts from '../../texts/texts.ts';

export function FailureBadge({ failure: { status, code } }: { readonly failure: Failure }) {
  return code === null ? (
    <Badge tone="warn">{status}</Badge>
  ) : (
    <Badge tone="bad" title={code}>
      {texts.charts.layers.errors}
    </Badge>
  );
}
