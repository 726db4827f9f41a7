// The URL rules of the address guard: what a webhook may point to, judged on the text alone before it is stored.

import { isIP } from 'node:net';
import type { JudgeTarget, Target, TargetRules } from '../../domain/target.ts';
import { classify, metadataRule } from './classify.ts';
import { judgeName } from './host-name.ts';
import { allowsPort } from './policy.ts';
import type { EgressPolicy } from './policy.ts';

const bytesMax = 2_048;

type Problem = { readonly rule: string; readonly message: string };

/** A judge by the policy of the moment. */
export function makeJudgeTarget(policy: () => EgressPolicy): JudgeTarget {
  return (raw, rules) => judgeTarget(raw, rules, policy());
}

/**
 * Judges a URL: its text, then only the parts that the WHATWG parser found. Problems tell which rule is broken and
 * what would be right, and never repeat the text, which may hold credentials.
 */
export function judgeTarget(raw: string, rules: TargetRules, policy: EgressPolicy): ReturnType<JudgeTarget> {
  const textual = textProblem(raw) ?? authorityProblem(raw, rules);
  if (textual !== undefined) return { ok: false, problem: textual };
  const url = URL.parse(raw);
  if (url === null) return { ok: false, problem: unreadable(raw) };

  const host = url.hostname.replace(/\.$/, '');
  const problem = schemeProblem(url, rules, policy) ?? hostProblem(host, policy) ?? portProblem(url, policy);
  if (problem !== undefined) return { ok: false, problem };
  const userinfo = readUserinfo(url);
  if (userinfo === undefined) return { ok: false, problem: badUserinfo };

  url.hostname = host;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (url.href.length > bytesMax) return { ok: false, problem: tooLong };
  return { ok: true, target: { url: url.href, userinfo } };
}

const tooLong: Problem = { rule: 'length', message: `The URL must not be longer than ${bytesMax} bytes` };
const badUserinfo: Problem = {
  rule: 'userinfo',
  message: 'The user name and password in the URL must be percent-encoded UTF-8',
};

/** `URL` drops tabs and line ends and turns `\` into `/`, so these are looked for before it reads the text. */
function textProblem(raw: string): Problem | undefined {
  if (Buffer.byteLength(raw) > bytesMax) return tooLong;
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u0020\u007f\ufeff\\]/.test(raw)) {
    return {
      rule: 'characters',
      message: 'The URL must not contain spaces, control characters, backslashes or a byte order mark',
    };
  }
  if (/%(?:00|0a|0d)/i.test(raw)) {
    return { rule: 'characters', message: 'The URL must not contain %00, %0A or %0D' };
  }
  return undefined;
}

function authorityProblem(raw: string, rules: TargetRules): Problem | undefined {
  if (!/^https?:\/\//i.test(raw)) {
    return { rule: 'scheme', message: 'The URL must begin with https:// or, where allowed, http://' };
  }
  const authority = /^[^/]*\/\/([^/?#]*)/.exec(raw)?.[1] ?? '';
  if (authority === '') return { rule: 'host', message: 'The URL must name a host after ://' };
  if (authority.includes('@') && !rules.userinfo) {
    return { rule: 'userinfo', message: 'The URL must not contain a user name or password' };
  }
  return undefined;
}

/** Why the parser took no URL from a text that has scheme and authority. */
function unreadable(raw: string): Problem {
  if (/^[^/]*\/\/(?:[^/?#]*@)?\[[^\]]*%/.test(raw)) return addressWithZone;
  const port = /^[^/]*\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^:/?#[\]]*):([^/?#]*)/.exec(raw)?.[1];
  return port !== undefined && (!/^\d*$/.test(port) || Number(port) > 65_535)
    ? badPort
    : { rule: 'host', message: 'The URL must have a valid host: a public name or a global address' };
}

const addressWithZone: Problem = {
  rule: 'host',
  message: 'The URL must have an address without a zone (the part from % on): zones are of one machine',
};

function schemeProblem(url: URL, rules: TargetRules, policy: EgressPolicy): Problem | undefined {
  if (url.protocol === 'https:' || rules.http || policy.http) return undefined;
  return {
    rule: 'http_not_allowed',
    message: 'The URL must begin with https://; the operator has not allowed http:// (EGRESS_ALLOW_HTTP)',
  };
}

function hostProblem(host: string, policy: EgressPolicy): Problem | undefined {
  const literal = host.startsWith('[') ? host.slice(1, -1) : host;
  if (isIP(literal) !== 0) {
    const verdict = classify(literal, policy);
    if (verdict.allowed) return undefined;
    const openedBy =
      verdict.rule === metadataRule
        ? 'EGRESS_ALLOW_METADATA together with EGRESS_ALLOW_CIDRS'
        : 'EGRESS_ALLOW_CIDRS';
    return {
      rule: 'target_not_allowed',
      message: `The URL must not point to a private, local or reserved address (${openedBy} opens some)`,
    };
  }
  const verdict = judgeName(host, policy);
  switch (verdict.kind) {
    case 'malformed':
      return { rule: 'host', message: `The URL must have a valid host name: ${verdict.problem}` };
    case 'internal':
      return {
        rule: 'target_not_allowed',
        message: `The URL must have a public host name: ${verdict.problem} (${verdict.openedBy} opens some)`,
      };
    case 'public':
    case 'opened':
      return undefined;
  }
}

const badPort: Problem = { rule: 'port', message: 'The port of the URL must be 1 to 65535' };

function portProblem(url: URL, policy: EgressPolicy): Problem | undefined {
  const port = portOf(url);
  if (port === 0) return badPort;
  if (allowsPort(policy, port)) return undefined;
  const ranges = policy.ports.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  return {
    rule: 'port',
    message: `The port of the URL must be one that the operator allows: ${ranges.join(', ')}`,
  };
}

/** The port of a URL, or its scheme's. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** Credentials of the URL decoded, null without any, undefined when they can't be decoded. */
function readUserinfo(url: URL): Target['userinfo'] | undefined {
  if (url.username === '' && url.password === '') return null;
  try {
    return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    return undefined;
  }
}
