// What the operator says about the Xurrent dialect.

import type { Config } from '../config.ts';
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
