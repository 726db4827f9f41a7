// What the operator says about the Xurrent dialect.

import type { Config } from '../config.ts';
import { makeAddresses } from '../dialects/xurrent/addresses.ts';
import type { XurrentSettings } from '../dialects/xurrent/xurrent.ts';

export function xurrentSettings(config: Config): XurrentSettings {
  return {
    account: config.xurrentAccount,
    domain: config.xurrentDomain,
    apiUrl: config.xurrentApiUrl,
    accountUrl: config.xurrentAccountUrl,
    oauthUrl: config.xurrentOauthUrl,
    issuer: config.xurrentIssuer,
    callbackUrl: config.xurrentCallbackUrl,
    verification: config.xurrentVerification,
    schedule: config.xurrentRetrySchedule,
    perHour: config.xurrentRequestsPerHour,
    perTwoSeconds: config.xurrentRequestsPerTwoSeconds,
    allowsUnsecured: config.xurrentUnsecuredJwt,
    brand: config.xurrentBrand,
    docsUrl: config.xurrentDocsUrl,
    profile: config.deliveryProfile,
  };
}

/** Where the clients and receivers of the first account find things, for the log: a proxy has to lead there. */
export function xurrentAddresses(config: Config, publicUrl: string): Readonly<Record<string, string>> {
  const { api, account, oauth, issuer, callback } = makeAddresses(xurrentSettings(config), () => publicUrl);
  const of = config.xurrentAccount;
  return { api: api(of), account: account(of), oauth: oauth(of), issuer: issuer(of), callback: callback(of) };
}
