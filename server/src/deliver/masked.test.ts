import { expect, test } from 'vitest';
import { masked } from './masked.ts';

test('SEC-06: credentials in headers and query parameters are masked in what is recorded', () => {
  const { headers, url } = masked({
    method: 'POST',
    url: 'https://receiver.example/hook?token=abc&env=prod&API_KEY=x&sig=1&%74oken=hidden',
    headers: {
      Authorization: 'Basic dXNlcjpwYXNz',
      'X-Api-Key': 'k',
      Cookie: 'a=b',
      'X-Hub-Signature': 'sha256=00',
      'Content-Type': 'application/json',
    },
  });
  expect(url).toBe(
    'https://receiver.example/hook?token=[redacted]&env=prod&API_KEY=[redacted]&sig=[redacted]&%74oken=[redacted]',
  );
  expect(headers).toEqual({
    Authorization: '[redacted]',
    'X-Api-Key': '[redacted]',
    Cookie: '[redacted]',
    'X-Hub-Signature': 'sha256=00',
    'Content-Type': 'application/json',
  });
});
