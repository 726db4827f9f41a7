// Acting in another tenant: all that was known is of the old one, so it is forgotten.

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { enterTenant, sessionQuery } from '../api/session.ts';
import { tellProblem } from '../parts/toasts.tsx';
import * as texts from '../texts/texts.ts';

export function useEnterTenant(): (id: string) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return async (id) => {
    try {
      const session = await enterTenant(id);
      queries.setQueryData(sessionQuery.queryKey, session);
      // What is in sight is asked again; the rest waits until it is.
      void queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
      await router.navigate({ to: '/' });
    } catch (error) {
      tellProblem(texts.shell.tenant, error);
    }
  };
}
