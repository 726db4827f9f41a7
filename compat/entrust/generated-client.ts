// What the tests ask of a client that is made from the API's description, whatever its language.

import type { OperationId } from './document.ts';

export interface GeneratedClient extends AsyncDisposable {
  call(baseUrl: string, operationId: OperationId, given?: Given): Promise<ClientAnswer>;
}

export type Given = {
  readonly id?: string;
  readonly body?: object;
  /** The value of `Authorization`; without it, the client sends none. */
  readonly authorization?: string;
  /** By their names. */
  readonly cookies?: Readonly<Record<string, string>>;
};

export type ClientAnswer = {
  readonly status: number;
  readonly setCookie: string | null;
  /** The body as it was sent. */
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of any shape
  readonly value: any;
};
