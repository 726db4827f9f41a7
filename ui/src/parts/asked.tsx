// What the server was asked for: on its way, declined, or there.

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loading } from './page.tsx';
import { ProblemNote } from './problem.tsx';

export function Asked<Data>({
  query: { data, error, refetch },
  lines = 6,
  children,
}: {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}) {
  return (
    <>
      {error !== null && <ProblemNote error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading lines={lines} />}
      {data !== undefined && children(data)}
    </>
  );
}
