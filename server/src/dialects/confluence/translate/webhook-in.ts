// Reads what a client wants a webhook to be. Tolerant where known clients need it, and every broken rule is told at once.

import { isPlain } from '../../../api/plain-texts.ts';
import { invalid } from '../../../domain/refusal.ts';
import { Secret } from '../../../domain/secret.ts';
import type { JudgeTarget, Target } from '../../../domain/target.ts';
import { isConfluenceEvent } from '../catalogue.ts';
import { badParameter, cut, wireProblem, type WireProblem } from '../refusals.ts';
import { isObject, type Members } from './read-body.ts';
import { maskedUserinfo } from '../../../domain/written-url.ts';

/** The members that a body carries; absent ones are undefined, and `null` counts as absent. */
export type WebhookIn = {
  readonly name?: string;
  readonly url?: GivenUrl;
  readonly events?: readonly string[];
  readonly active?: boolean;
  readonly configuration?: GivenConfiguration;
  /** Null removes them: the one member where `null` is not "absent". */
  readonly credentials?: GivenCredentials | null;
  readonly sslVerificationRequired?: boolean;
};

/** The text as given, for the echo, and what it means. */
export type GivenUrl = { readonly text: string; readonly target: Target };
type GivenConfiguration = {
  readonly secret: Secret | null;
  readonly others: Readonly<Record<string, string>>;
};
export type GivenCredentials = { readonly username: string; readonly password: Secret | undefined };

export const nameLengthMax = 255;
const urlLengthMax = 2048;
export const secretLengthMax = 255;
export const credentialLengthMax = 2048;
const configurationLengthMax = 65_536;

/** Confluence and Xurrent URLs may use `http:` and carry `user:pass@` (design, Rulings: Targets). */
export const targetRules = { http: true, userinfo: true };

/** Reads a create or update. Unknown members and those the server assigns are ignored. Throws `invalid`. */
export function readWebhook(members: Members, judge: JudgeTarget, kind: 'create' | 'update'): WebhookIn {
  const problems: WireProblem[] = [];
  const isGiven = (name: string) => members[name] !== undefined && members[name] !== null;
  const isAsked = (name: string) => kind === 'create' || isGiven(name);

  const given = compact({
    name: isAsked('name') ? readName(members['name'], problems) : undefined,
    url: isAsked('url') ? readUrl(members['url'], judge, problems) : undefined,
    events: isAsked('events') ? readEvents(members['events'], problems) : undefined,
    active: readBoolean(members, 'active', problems),
    configuration: isGiven('configuration')
      ? readConfiguration(members['configuration'], problems)
      : undefined,
    credentials: members['credentials'] === null ? null : readCredentials(members['credentials'], problems),
    sslVerificationRequired: readBoolean(members, 'sslVerificationRequired', problems),
  });
  refuseIfAny(problems);
  return given;
}

function refuseIfAny([first, ...rest]: readonly WireProblem[]): void {
  if (first !== undefined) throw invalid([first, ...rest]);
}

function readName(value: unknown, problems: WireProblem[]): string | undefined {
  if (value === undefined || value === null)
    return fail(wireProblem('/name', 'name.missing', 'The name is required'));
  if (typeof value !== 'string')
    return fail(badParameter('/name', 'name', shown(value), 'The name must be a string'));
  const name = value.trim();
  if (name === '') return fail(wireProblem('/name', 'name.missing', 'The name must not be blank'));
  if (name.length > nameLengthMax) {
    return fail(
      wireProblem('/name', 'name.too.long', `The name must have at most ${nameLengthMax} characters`),
    );
  }
  if (!isPlain(name))
    return fail(badParameter('/name', 'name', name, 'The name must be well-formed text without NUL'));
  return name;

  function fail(problem: WireProblem): undefined {
    problems.push(problem);
  }
}

function readUrl(value: unknown, judge: JudgeTarget, problems: WireProblem[]): GivenUrl | undefined {
  if (value === undefined || value === null || value === '') {
    return fail(wireProblem('/url', 'url.missing', 'The url is required'));
  }
  const text = shown(value);
  const invalidUrl = (translation: string) =>
    fail(wireProblem('/url', 'url.invalid', translation, [maskedUserinfo(text)]));
  if (typeof value !== 'string') return invalidUrl('The url must be a string');
  if (value.length > urlLengthMax) return invalidUrl(`The url must have at most ${urlLengthMax} characters`);
  const judged = judge(value, targetRules);
  return judged.ok ? { text: value, target: judged.target } : invalidUrl(judged.problem.message);

  function fail(problem: WireProblem): undefined {
    problems.push(problem);
  }
}

/** A set: duplicates collapse. The ids of Cloud and the test event are unknown here. */
function readEvents(value: unknown, problems: WireProblem[]): readonly string[] | undefined {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    problems.push(wireProblem('/events', 'events.missing', 'At least one event is required'));
    return undefined;
  }
  if (!Array.isArray(value)) {
    problems.push(
      badParameter('/events', 'events', shown(value), 'The events must be an array of event ids'),
    );
    return undefined;
  }
  const ids = new Set(value.map(idOfEvent));
  const unknown = [...ids].filter((id) => !isConfluenceEvent(id));
  for (const id of unknown) {
    problems.push(wireProblem('/events', 'event.unknown', `There is no event with the id: ${cut(id)}`, [id]));
  }
  return [...ids].toSorted();
}

/** Answers of the reference page name events as `{i18nKey,id}`, and a client may send back what it got. */
function idOfEvent(value: unknown): string {
  const isNamed = isObject(value) && typeof value['i18nKey'] === 'string' && typeof value['id'] === 'string';
  return isNamed ? (value['id'] as string) : shown(value);
}

/** Some clients send `"true"` and `"false"`, in any case. */
function readBoolean(members: Members, name: string, problems: WireProblem[]): boolean | undefined {
  const value = members[name];
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  problems.push(badParameter(`/${name}`, name, shown(value), `${name} must be true or false`));
  return undefined;
}

/** A free map of strings: numbers and booleans become strings, `null` drops a key; only `secret` means something. */
function readConfiguration(value: unknown, problems: WireProblem[]): GivenConfiguration | undefined {
  if (!isObject(value)) return fail('The configuration must be an object');
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  for (const [key, each] of entries) {
    if (typeof each === 'object') return fail('The values of the configuration must be strings', [key]);
  }
  const texts = entries.map(([key, each]): [string, string] => [key, String(each)]);
  const secret = texts.find(([key]) => key === 'secret')?.[1] ?? '';
  if (secret.length > secretLengthMax) {
    const translation = `The secret must have at most ${secretLengthMax} characters`;
    problems.push(wireProblem('/configuration/secret', 'secret.too.long', translation));
    return undefined;
  }
  const json = JSON.stringify(texts);
  if (json.length > configurationLengthMax) return fail('The configuration must be smaller than 64 KiB');
  if (!texts.flat().every(isPlain)) return fail('The configuration must be well-formed text without NUL');
  return {
    secret: secret === '' ? null : new Secret(secret),
    others: Object.fromEntries(texts.filter(([key]) => key !== 'secret')),
  };

  function fail(translation: string, args: readonly string[] = []): undefined {
    problems.push(wireProblem('/configuration', 'configuration.invalid', translation, args));
  }
}

/** The body of a test: `{username, password}`, or nothing of interest. */
export function readTestCredentials(members: Members): GivenCredentials | undefined {
  if (members['username'] === undefined || members['username'] === null) return undefined;
  const problems: WireProblem[] = [];
  const credentials = readCredentials(members, problems);
  refuseIfAny(problems);
  return credentials;
}

/** HTTP Basic: a username without a colon (RFC 7617 §2), and a password that may be left out. */
function readCredentials(value: unknown, problems: WireProblem[]): GivenCredentials | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value))
    return fail('credentials', 'The credentials must be an object with username and password');
  const { username, password = null } = value;
  if (typeof username !== 'string' || username === '')
    return fail('credentials.username', 'The username is required');
  if (username.length > credentialLengthMax || !isPlain(username) || username.includes(':')) {
    return fail(
      'credentials.username',
      `The username must have at most ${credentialLengthMax} characters and no colon`,
    );
  }
  if (password === null) return { username, password: undefined };
  if (typeof password !== 'string' || password.length > credentialLengthMax || !isPlain(password)) {
    return fail(
      'credentials.password',
      `The password must be a string of at most ${credentialLengthMax} characters`,
    );
  }
  return { username, password: new Secret(password) };

  /** The value is left out: it may hold the password. */
  function fail(name: string, translation: string): undefined {
    problems.push(badParameter(`/${name.replaceAll('.', '/')}`, name, '', translation));
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type Compact<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function compact<T extends Readonly<Record<string, unknown>>>(members: T): Compact<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Compact<T>;
}
