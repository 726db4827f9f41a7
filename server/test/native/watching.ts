// Somebody who looks on: the messages of `GET /live` as they come in.

export type Watching = AsyncDisposable & {
  readonly status: number;
  readonly headers: Headers;
  /** By the time they came. */
  readonly messages: { readonly event: string; readonly data: unknown }[];
  /** How many comments came. */
  beats(): number;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
};

export async function watch(base: string, headers: Readonly<Record<string, string>>): Promise<Watching> {
  const stopping = new AbortController();
  const response = await fetch(`${base}/api/v1/live`, { headers, signal: stopping.signal });
  const messages: { event: string; data: unknown }[] = [];
  let beats = 0;
  const ended = read().catch(() => {});
  return {
    status: response.status,
    headers: response.headers,
    messages,
    beats: () => beats,
    ended,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended;
    },
  };

  async function read(): Promise<void> {
    let rest = '';
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split('\n\n');
      rest = parts.pop()!;
      for (const part of parts) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
        if (event !== undefined) messages.push({ event, data: JSON.parse(data!) as unknown });
        else if (part === ':') beats++;
      }
    }
  }
}
