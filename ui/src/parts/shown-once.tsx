// A window with a secret that is shown this once, and with how to use it.

import type { ReactNode } from 'react';
import * as texts from '../texts/texts.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { SecretOnce } from './secret-once.tsx';

export function ShownOnce({
  title,
  name,
  secret,
  close,
  children,
}: {
  readonly title: string;
  /** What the secret is. */
  readonly name: string;
  /** Undefined where the answer with it got lost. */
  readonly secret: string | undefined;
  readonly close: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <Dialog open close={close} title={title} wide sticky>
      <div className="flex flex-col gap-4">
        <SecretOnce name={name} secret={secret} />
        {children}
        <div className="flex justify-end">
          <Button kind="primary" onClick={close}>
            {texts.common.done}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
