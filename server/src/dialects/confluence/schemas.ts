// The shapes of the Confluence wire: what clients read, in the observed and in the reference form (specification §1, §3, §4).

/** A webhook as Confluence answers it, in the order of the guide's sample. */
export type WebhookResource = {
  readonly id: number;
  readonly name: string;
  readonly createdDate: number;
  readonly updatedDate: number;
  readonly events: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly url: string;
  readonly active: boolean;
  readonly credentials?: { readonly username: string };
  readonly scopeType: 'global';
  readonly sslVerificationRequired: boolean;
  readonly statistics?: Statistics;
};

/** The answer to a create adds the `scope` that the reference page shows there. */
export type CreatedResource = WebhookResource & {
  readonly scope: { readonly id: null; readonly type: 'global' };
};

/** The reference page's list and get: no dates; `id` besides, since no client gets by without it. */
export type ReferenceResource = Omit<WebhookResource, 'createdDate' | 'updatedDate'>;

/** The reference page's create answer, which shows the server's internal types. */
export type ReferenceCreated = {
  readonly createdDate: string;
  readonly updatedDate: string;
  readonly sslVerificationRequired: boolean;
  readonly events: readonly ReferenceEvent[];
  readonly name: string;
  readonly id: number;
  readonly scope: { readonly id: 'global'; readonly type: 'global' };
  readonly active: boolean;
  readonly configuration: Readonly<Record<string, string>>;
  readonly url: string;
  readonly credentials?: { readonly username: string; readonly password: null };
};

export type ReferenceEvent = { readonly i18nKey: string; readonly id: string };

export type WireOutcome = 'SUCCESS' | 'FAILURE' | 'ERROR';

/** One exchange with a receiver, whole: the answer of `latest`. */
export type Invocation = {
  readonly id: number;
  readonly event: string;
  readonly duration: number;
  readonly start: number;
  readonly finish: number;
  readonly eventScope: { readonly id: null; readonly type: 'global' };
  readonly request: WireRequest;
  readonly result: { readonly outcome: WireOutcome; readonly description: string } & (
    | {
        readonly statusCode: number;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
      }
    | { readonly content: string }
  );
};

type WireRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** `latest` as the reference page shows it, with `java.time` objects. */
export type ReferenceInvocation = {
  readonly result: { readonly outcome: WireOutcome; readonly description: string };
  readonly request: WireRequest;
  readonly start: string;
  readonly finish: string;
  readonly eventScope: { readonly id: 'global'; readonly type: 'global' };
  readonly id: string;
  readonly duration: ReferenceDuration;
  readonly event: ReferenceEvent;
};

export type JavaDuration = {
  readonly seconds: number;
  readonly zero: boolean;
  readonly nano: number;
  readonly negative: boolean;
  readonly positive: boolean;
};

export type ReferenceDuration = JavaDuration & {
  readonly units: readonly {
    readonly durationEstimated: boolean;
    readonly duration: JavaDuration;
    readonly timeBased: boolean;
    readonly dateBased: boolean;
  }[];
};

/** An exchange in the short form of the statistics. */
export type ShortInvocation = {
  readonly id: number;
  readonly event: string;
  readonly duration: number;
  readonly start: number;
  readonly finish: number;
  readonly request: { readonly url: string; readonly method: string };
  readonly result: { readonly outcome: WireOutcome; readonly description: string };
};

export type Statistics = {
  readonly counts: {
    readonly errors: number;
    readonly failures: number;
    readonly successes: number;
    readonly window: { readonly start: number; readonly duration: number };
  };
  readonly lastSuccess?: ShortInvocation;
  readonly lastFailure?: ShortInvocation;
  readonly lastError?: ShortInvocation;
};

/** The answer of a test: the exchange; without `status` when the receiver gave none. */
export type TestAnswer = {
  readonly request: { readonly url: string; readonly method: string } & Pick<WireRequest, 'headers' | 'body'>;
  readonly response: { readonly outcome: WireOutcome; readonly description: string } & (
    | {
        readonly status: number;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
      }
    | { readonly status?: undefined }
  );
};

export type ErrorEntry = {
  readonly message: { readonly key: string; readonly args: readonly string[]; readonly translation: string };
};

export type ErrorEnvelope = {
  readonly statusCode: number;
  readonly data: {
    readonly authorized: boolean;
    readonly valid: boolean;
    readonly allowedInReadOnlyMode: true;
    readonly errors: readonly ErrorEntry[];
    readonly successful: false;
  };
  readonly message: string;
  readonly reason: string;
};
