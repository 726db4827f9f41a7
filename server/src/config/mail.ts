// Reads the settings of the mail server. A problem continues the sentence "POSTHORN_X …" and never repeats the URL, which may hold a password.

import { isMailAddress } from '../domain/mail-address.ts';
import { Secret } from '../domain/secret.ts';
import type { Parse, Parsed } from './setting.ts';

/** What may follow the `?` beside `tls.…`: nodemailer's names. Those that would log what is sent, or send elsewhere, stay out. */
const urlOptions = [
  'authMethod',
  'connectionTimeout',
  'dnsTimeout',
  'greetingTimeout',
  'ignoreTLS',
  'localAddress',
  'name',
  'opportunisticTLS',
  'requireTLS',
  'servername',
  'socketTimeout',
];

/** `SMTP_URL`, such as `smtps://user:password@mail.example.com:465?tls.rejectUnauthorized=false`. */
export const smtpUrl: Parse<Secret> = (given) => {
  const url = URL.parse(given);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || url.port === '0')
    return bad('must be the URL of a mail server such as smtp://user:password@mail.example.com:587');
  if (!/^\/?$/.test(url.pathname) || url.hash !== '') return bad('must not have a path or a fragment');
  if (!decodes(url.username) || !decodes(url.password))
    return bad('has credentials with a bad percent-encoding');
  if ((url.username === '') !== (url.password === ''))
    return bad(
      'must have both a user name and a password, or neither; in both, @ : / ? # % are percent-encoded',
    );
  const unknown = [...url.searchParams.keys()].find(
    (name) => !urlOptions.includes(name) && !/^tls\.\w+$/.test(name),
  );
  if (unknown !== undefined)
    return bad(`has an option that is none: beside tls.… there are ${urlOptions.join(', ')}`);
  return { ok: true, value: new Secret(given) };
};

/** `MAIL_FROM`: an address, or a name and an address such as `Posthorn <posthorn@example.com>`. */
export const mailbox: Parse<string> = (given) => {
  const [, name = '', inner] = /^([^<>"\\,;:@\p{Cc}\p{Zl}\p{Zp}]{0,100}?)\s*<([^<>]*)>$/u.exec(given) ?? [];
  if (!isMailAddress(inner ?? given))
    return bad('must be an address such as posthorn@example.com, or Posthorn <posthorn@example.com>');
  return { ok: true, value: name === '' ? (inner ?? given) : given };
};

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function bad(problem: string): Parsed<never> {
  return { ok: false, problem };
}
