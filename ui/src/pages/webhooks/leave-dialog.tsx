// Asks before a page with unsaved changes is left.

import type { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from '../../parts/dialog.tsx';
import * as texts from '../../texts/texts.ts';

export function LeaveDialog({ leaving }: { readonly leaving: ReturnType<typeof useBlocker> }) {
  const words = texts.webhookForm.leave;
  const { status, proceed, reset } = leaving;
  return (
    <ConfirmDialog
      open={status === 'blocked'}
      close={() => reset?.()}
      title={words.title}
      confirm={words.confirm}
      act={async () => proceed?.()}
    >
      {words.lead}
    </ConfirmDialog>
  );
}
