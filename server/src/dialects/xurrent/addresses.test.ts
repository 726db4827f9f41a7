// Where an account, its records and its callbacks are found (specification §1, §11).

import { expect, test } from 'vitest';
import { makeAddresses, type AddressSettings } from './addresses.ts';

const unset: AddressSettings = {
  domain: null,
  apiUrl: null,
  accountUrl: null,
  oauthUrl: null,
  issuer: null,
  callbackUrl: null,
};

function addressesOf(settings: Partial<AddressSettings>) {
  const addresses = makeAddresses({ ...unset, ...settings }, () => 'http://127.0.0.1:8480/');
  return {
    nodeDomain: addresses.nodeDomain,
    api: addresses.api('acme'),
    account: addresses.account('acme'),
    oauth: addresses.oauth('acme'),
    issuer: addresses.issuer('acme'),
    callback: addresses.callback('acme'),
  };
}

test('without a domain each is the public URL, and its host stands in nodeIDs', () => {
  const url = 'http://127.0.0.1:8480';
  expect(addressesOf({})).toEqual({
    nodeDomain: '127.0.0.1:8480',
    api: url,
    account: url,
    oauth: url,
    issuer: url,
    callback: url,
  });
});

test('a domain makes them as the original has them', () => {
  expect(addressesOf({ domain: 'xurrent.example' })).toEqual({
    nodeDomain: 'xurrent.example',
    api: 'https://api.xurrent.example',
    account: 'https://acme.xurrent.example',
    oauth: 'https://oauth.xurrent.example',
    issuer: 'https://acme.xurrent.example',
    callback: 'https://acme.xurrent.example',
  });
});

test('issuer and callback follow the account, and each can be another', () => {
  const account = { domain: '4me.example', accountUrl: 'https://{domain}/{account}/' };
  expect(addressesOf(account)).toMatchObject({
    account: 'https://4me.example/acme',
    issuer: 'https://4me.example/acme',
    callback: 'https://4me.example/acme',
  });
  const others = { issuer: 'https://{account}.issuer.example', callbackUrl: 'http://127.0.0.1:9999' };
  expect(addressesOf({ ...account, ...others })).toMatchObject({
    account: 'https://4me.example/acme',
    issuer: 'https://acme.issuer.example',
    callback: 'http://127.0.0.1:9999',
  });
});
