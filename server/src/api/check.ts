// Checks a value against a schema and says of every problem where it is, what rule it breaks and what would be right.

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';
import { parseTime } from '../domain/iso-time.ts';
import { escapePointer } from '../domain/json-scan.ts';
import type { FieldProblem } from '../domain/refusal.ts';

/**
 * The problems of a value, none when it fits. `pointer` is where the value lies in the request, '' for a body. Changes
 * nothing in the value: no coercion, no defaults, nothing removed.
 */
export type Check = (value: unknown, pointer?: string) => readonly FieldProblem[];

const problemsMax = 100;

/** Compiled when it is first asked: hundreds of them would take a tenth of a start. */
export function compileCheck(schema: TSchema): Check {
  let validate: ValidateFunction | undefined;
  return (value, pointer = '') => {
    validate ??= ajv.compile(schema);
    if (validate(value)) return [];
    const errors = withoutBranches(validate.errors ?? []);
    return unique(errors.map((error) => problemOf(error, pointer))).slice(0, problemsMax);
  };
}

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  strictTuples: false,
  logger: false,
  formats: { 'date-time': (text) => parseTime(text) !== undefined, uri: true, byte: true },
});
// `x-rule` says in the words of the schema's author what a value of this type, or a text with this pattern, must be.
ajv.addVocabulary(['example', 'externalDocs', 'x-rule']);

export const timeRule = 'must be an ISO 8601 time with seconds and zone, such as 2026-05-01T12:00:00Z (UTC)';

/**
 * Of a choice (`anyOf`) the branch that was meant tells its own problems; where none or several were meant, the choice
 * itself does. Meant is a branch that takes the value's type and the literals of its members, and misses none of those.
 */
function withoutBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let rest = errors;
  // An inner choice comes before the one around it.
  for (const choice of errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')) {
    const inBranch = ({ schemaPath }: ErrorObject) => schemaPath.startsWith(`${choice.schemaPath}/`);
    const branchOf = ({ schemaPath }: ErrorObject) =>
      schemaPath.slice(choice.schemaPath.length).split('/')[1];
    const branches = Map.groupBy(rest.filter(inBranch), branchOf);
    const meant = [...branches.values()].filter((branch) => !branch.some((error) => excludes(error, choice)));
    const told = meant.length === 1 ? meant[0]! : [choice];
    rest = rest.filter((error) => error !== choice && !inBranch(error)).concat(told);
  }
  return rest;
}

/** Whether an error says that its branch is not the one meant. */
function excludes(error: ErrorObject, choice: ErrorObject): boolean {
  const { keyword, instancePath } = error;
  if (instancePath === choice.instancePath)
    return keyword === 'type' || keyword === 'const' || keyword === 'enum' || missesLiteral(error);
  const below = instancePath.slice(choice.instancePath.length + 1);
  return keyword === 'const' && !below.includes('/');
}

function missesLiteral({ keyword, params, parentSchema }: ErrorObject): boolean {
  if (keyword !== 'required') return false;
  const { properties = {} } = parentSchema as { readonly properties?: Readonly<Record<string, object>> };
  return 'const' in (properties[String(params['missingProperty'])] ?? {});
}

function problemOf(error: ErrorObject, within: string): FieldProblem {
  const [rule, says, member] = ruleOf(error);
  const pointer = within + error.instancePath + (member === undefined ? '' : `/${escapePointer(member)}`);
  return { pointer, rule, message: `${pointer === '' ? 'The body' : pointer} ${says}` };
}

/** The rule in one word, what the value should be, and the member that it is about where the error names one. */
function ruleOf(error: ErrorObject): readonly [rule: string, says: string, member?: string] {
  const { keyword, params, message } = error;
  switch (keyword) {
    case 'required':
      return ['required', 'is required', String(params['missingProperty'])];
    case 'additionalProperties':
      return unknownMember(params['additionalProperty']);
    case 'unevaluatedProperties':
      return unknownMember(params['unevaluatedProperty']);
    case 'type':
      return ['type', ownRule(error) ?? `must be ${typesOf(params['type'])}`];
    case 'const':
      return ['one_of', `must be ${JSON.stringify(params['allowedValue'])}`];
    case 'enum':
      return ['one_of', `must be one of ${list(params['allowedValues'] as unknown[])}`];
    case 'anyOf':
    case 'oneOf':
      return ['one_of', choicesOf(error)];
    case 'minLength':
    case 'maxLength':
      return ['length', lengthOf(error, 'character')];
    case 'minItems':
    case 'maxItems':
      return ['length', lengthOf(error, 'element')];
    case 'minProperties':
    case 'maxProperties':
      return ['length', lengthOf(error, 'member')];
    case 'uniqueItems':
      return ['duplicate', `has the same elements at ${params['j']} and ${params['i']}; list each once`];
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return ['range', `must be ${params['comparison']} ${params['limit']}`];
    case 'pattern':
    case 'format':
      return ['format', formOf(error)];
    case 'propertyNames':
      return ['format', 'has a name that is not allowed here', String(params['propertyName'])];
    default:
      return [keyword, message ?? 'is not allowed'];
  }
}

function unknownMember(name: unknown): readonly [string, string, string] {
  return ['unknown_member', 'is not known here; leave it out or correct its name', String(name)];
}

function lengthOf({ keyword, params }: ErrorObject, thing: string): string {
  const limit = Number(params['limit']);
  return `must have at ${keyword.startsWith('min') ? 'least' : 'most'} ${limit} ${thing}${limit === 1 ? '' : 's'}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  null: 'null',
};

function typesOf(types: unknown): string {
  const names = (Array.isArray(types) ? types : String(types).split(',')) as string[];
  return names.map((name) => typeNames[name] ?? name).join(' or ');
}

function list(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function formOf(error: ErrorObject): string {
  const { keyword, params } = error;
  if (params['format'] === 'date-time') return timeRule;
  return ownRule(error) ?? `must match the ${keyword} ${params[keyword]}`;
}

function ownRule({ parentSchema }: ErrorObject): string | undefined {
  const rule: unknown = parentSchema?.['x-rule'];
  return typeof rule === 'string' ? rule : undefined;
}

/** The literals and types of a choice, as far as its branches tell them. */
function choicesOf(error: ErrorObject): string {
  const branches = error.schema as readonly Readonly<Record<string, unknown>>[];
  const choices = branches.map((branch) =>
    'const' in branch ? JSON.stringify(branch['const']) : branch['type'] && typesOf(branch['type']),
  );
  if (choices.includes(undefined)) return 'fits none of the forms that are allowed here';
  return `must be one of ${[...new Set(choices)].join(', ')}`;
}

function unique(problems: readonly FieldProblem[]): readonly FieldProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ pointer, rule, message }) => {
    const key = `${pointer} ${rule} ${message}`;
    const before = seen.size;
    return seen.add(key).size > before;
  });
}
