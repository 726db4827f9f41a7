// Where an account, its records and its callbacks are found: URLs made from templates, never from a request's `Host`.

/** Templates with `{account}` and `{domain}`; what is null follows the specification (§1). */
export type AddressSettings = {
  /** Null: every URL is the public one. */
  readonly domain: string | null;
  readonly apiUrl: string | null;
  readonly accountUrl: string | null;
  readonly oauthUrl: string | null;
  readonly issuer: string | null;
  readonly callbackUrl: string | null;
};

export interface Addresses {
  /** What stands first in every nodeID. */
  readonly nodeDomain: string;
  /** Base of REST links, without a slash at the end. */
  readonly api: (account: string) => string;
  /** The account's own host: the UI, and what `account` says in deliveries. */
  readonly account: (account: string) => string;
  /** Where `POST /token` answers. */
  readonly oauth: (account: string) => string;
  /** `iss` of an account's tokens; a policy's own is below it. */
  readonly issuer: (account: string) => string;
  /** Base of the callbacks of verification messages. */
  readonly callback: (account: string) => string;
}

/** `publicUrl` is asked each time: it is known only once the server listens. */
export function makeAddresses(settings: AddressSettings, publicUrl: () => string): Addresses {
  const { domain } = settings;
  const fill = (template: string | null, standard: string, account: string): string => {
    if (template === null && domain === null) return withoutSlash(publicUrl());
    const text = template ?? standard;
    return withoutSlash(text.replaceAll('{account}', account).replaceAll('{domain}', domain ?? ''));
  };
  const ofAccount = (account: string) => fill(settings.accountUrl, 'https://{account}.{domain}', account);
  return {
    get nodeDomain() {
      return domain ?? new URL(publicUrl()).host;
    },
    api: (account) => fill(settings.apiUrl, 'https://api.{domain}', account),
    oauth: (account) => fill(settings.oauthUrl, 'https://oauth.{domain}', account),
    account: ofAccount,
    issuer: (account) => (settings.issuer === null ? ofAccount(account) : fill(settings.issuer, '', account)),
    callback: (account) =>
      settings.callbackUrl === null ? ofAccount(account) : fill(settings.callbackUrl, '', account),
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
