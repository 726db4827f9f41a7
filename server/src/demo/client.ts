// What an application and the clients of the other dialects would call: plain HTTP, as anybody can.

type Attempt = {
  readonly number: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
};

export type Delivery = {
  readonly id: string;
  readonly eventType: string;
  readonly state: string;
  readonly attempts: readonly Attempt[];
};

const authenticatePath = '/api/web/v1/adminapi/authenticate';

export type Client = ReturnType<typeof makeClient>;

type Access = {
  readonly username: string;
  readonly password: string;
  readonly token: string;
  readonly applicationId: string;
  readonly sharedSecret: string;
};

export function makeClient(url: string, access: Access) {
  const bearer = `Bearer ${access.token}`;
  const basic = `Basic ${Buffer.from(`${access.username}:${access.password}`).toString('base64')}`;

  async function call<Answer>(path: string, authorization: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(authorization !== '' && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  return {
    createNativeWebhook: (webhook: object) =>
      call<{ id: string; secret: string }>('/api/v1/webhooks', bearer, webhook),
    createConfluenceWebhook: (webhook: object) => call<{ id: number }>('/rest/api/webhooks', basic, webhook),
    createXurrentPolicy: (policy: object) =>
      call<{ id: number; public_key_pem: string }>('/v1/webhook_policies', bearer, policy),
    createXurrentWebhook: (webhook: object) => call<{ id: number }>('/v1/webhooks', bearer, webhook),
    getXurrentWebhook: (id: number) => call<{ verified: boolean }>(`/v1/webhooks/${id}`, bearer),
    async createEntrustWebhook(webhook: object): Promise<{ id: string; token: string }> {
      const { applicationId, sharedSecret } = access;
      const credentials = { applicationId, sharedSecret };
      const { authToken } = await call<{ authToken: string }>(authenticatePath, '', credentials);
      return call('/api/web/v1/webhooks', authToken, webhook);
    },
    publish: (event: object) => call<{ id: string; deliveries: number }>('/api/v1/events', bearer, event),
    async deliveriesOf(eventId: string): Promise<readonly Delivery[]> {
      const list = await call<{ data: { id: string }[] }>(`/api/v1/deliveries?eventId=${eventId}`, bearer);
      return Promise.all(list.data.map(({ id }) => call<Delivery>(`/api/v1/deliveries/${id}`, bearer)));
    },
  };
}
