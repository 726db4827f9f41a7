// Renders every refusal as an `ErrorInfo` (specification §5.3). That the Administration API uses this model of its sibling,
// and all codes, are choices: this is the one place to change them.

import type { Render, Rendered } from '../../api/errors.ts';
import { Refusal, type FieldProblem, type RefusalCode } from '../../domain/refusal.ts';
import { limits } from './rules.ts';

export type ErrorInfo = {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly parameters?: readonly Parameter[];
};
type Parameter = Readonly<Record<string, string | number>>;

/** A problem with its code on this wire, and what it tells as a parameter. */
type WireProblem = FieldProblem & { readonly errorCode: string; readonly parameter: Parameter | null };

/** Of what was sent an answer repeats nothing; of problems it tells so many. */
const problemsMax = 100;

export type FieldFault = {
  readonly name: string;
  /** The rule in one word; `missing` for a required field that is absent. */
  readonly reason: string;
  readonly message: string;
};

/** Throws the refusal for fields that break rules, if there are any. What is missing wins over what is wrong. */
export function refuseFaults(faults: readonly FieldFault[]): void {
  const missing = faults.filter(({ reason }) => reason === 'missing');
  const told = missing.length > 0 ? missing : faults;
  const problems = told.map(({ name, reason, message }): WireProblem => {
    const isMissing = reason === 'missing';
    return {
      pointer: `/${name}`,
      rule: reason,
      message,
      errorCode: isMissing ? 'missing_parameter' : 'invalid_parameter',
      parameter: isMissing ? { name } : { name, reason },
    };
  });
  if (problems[0] !== undefined) throw new Refusal('invalid', problems[0].message, { problems });
}

export function notJson(): Refusal {
  return wireRefusal('bad_request', 'invalid_json', 'The body must be a JSON object');
}

export function badId(): Refusal {
  return wireRefusal('bad_request', 'invalid_id', 'The id in the path must be a UUID');
}

export function noWebhook(): Refusal {
  return wireRefusal('not_found', 'webhook_not_found', 'There is no webhook with this id');
}

export function wrongCredentials(): Refusal {
  const message = 'The applicationId is unknown or the sharedSecret is wrong';
  return wireRefusal('unauthenticated', 'invalid_credentials', message);
}

/** Why a test failed; of an answer that is no 2xx its status. */
export type TestFailure =
  | { readonly reason: 'status'; readonly status: number }
  | { readonly reason: 'timeout' | 'connection' | 'tls' | 'target_not_allowed' };

export function testFailed(failure: TestFailure): Refusal {
  const how = failure.reason === 'status' ? `the callback answered with ${failure.status}` : failure.reason;
  return wireRefusal('bad_request', 'webhook_test_failed', `The test failed: ${how}`, failure);
}

function wireRefusal(
  code: RefusalCode,
  errorCode: string,
  message: string,
  parameter: Parameter | null = null,
): Refusal {
  const problem: WireProblem = { pointer: '', rule: errorCode, message, errorCode, parameter };
  return new Refusal(code, message, { problems: [problem] });
}

/** Every 4xx and 5xx of this dialect. A fault of ours tells its caller nothing but the request's id. */
export const renderRefusal: Render = (declined, requestId) => {
  if (declined.kind === 'fault') {
    return rendered(500, {
      errorCode: 'internal_error',
      errorMessage: `Internal error; request ${requestId}`,
    });
  }
  const { code, message, problems, lacks } = declined.refusal;
  const { status, errorCode } = codes[code];
  const told = problems.slice(0, problemsMax).map(onWire);
  const lacking = lacks === undefined ? [] : [{ permission: lacks }];
  const parameters = [...told.map((problem) => problem?.parameter ?? null), ...lacking];
  return rendered(status, {
    errorCode: told[0]?.errorCode ?? errorCode,
    errorMessage: message,
    ...membersOf(parameters.filter((each) => each !== null)),
  });
};

function membersOf(parameters: readonly Parameter[]): Pick<ErrorInfo, 'parameters'> {
  return parameters.length === 0 ? {} : { parameters };
}

/** What the control plane finds, names and limits, has its own codes here; other shared parts' problems have none. */
function onWire(
  problem: FieldProblem | WireProblem,
): Pick<WireProblem, 'errorCode' | 'parameter'> | undefined {
  if ('errorCode' in problem) return problem;
  switch (problem.rule) {
    case 'name_taken':
      return { errorCode: 'webhook_exists', parameter: { name: 'name' } };
    case 'active_max':
      return { errorCode: 'webhook_limit_reached', parameter: { limit: limits.activeMax } };
    case 'all_max':
      return { errorCode: 'webhook_limit_reached', parameter: { limit: limits.allMax } };
    default:
      return undefined;
  }
}

function rendered(status: number, body: ErrorInfo): Rendered {
  const headers: Rendered['headers'] = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return { status, contentType: 'application/json', headers, body };
}

const codes: Readonly<Record<RefusalCode, { readonly status: number; readonly errorCode: string }>> = {
  bad_request: { status: 400, errorCode: 'bad_request' },
  invalid: { status: 400, errorCode: 'invalid_parameter' },
  unsupported_media_type: { status: 400, errorCode: 'invalid_json' },
  unauthenticated: { status: 401, errorCode: 'unauthorized' },
  forbidden: { status: 403, errorCode: 'forbidden' },
  not_found: { status: 404, errorCode: 'not_found' },
  method_not_allowed: { status: 405, errorCode: 'method_not_allowed' },
  conflict: { status: 409, errorCode: 'conflict' },
  precondition_failed: { status: 409, errorCode: 'conflict' },
  idempotency_key_reuse: { status: 409, errorCode: 'conflict' },
  payload_too_large: { status: 413, errorCode: 'payload_too_large' },
  too_many_requests: { status: 429, errorCode: 'too_many_requests' },
  storage_full: { status: 503, errorCode: 'unavailable' },
  unavailable: { status: 503, errorCode: 'unavailable' },
};
