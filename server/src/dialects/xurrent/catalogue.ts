// The events of Xurrent's webhooks, with what makes each fire (specification §8).

import type { CataloguedType } from '../../domain/event-type.ts';
import { verificationEventType } from '../../domain/verification.ts';

/**
 * The 77 names of the Webhooks API page, the four of app instances that the current list adds, and
 * `project_task.delete`, which clients know. The old `change.*` names ended in 2023 and are refused.
 */
export const catalogue: readonly CataloguedType[] = [
  { name: 'automation_rule', group: 'Automation', description: 'An automation rule calls the webhook.' },
  ...group('Requests', 'request', [
    'agile-board-column-changed',
    'create',
    'major-incident-status-changed',
    'member-changed',
    'note-added',
    'status-changed',
    'team-changed',
    'update',
  ]),
  ...group('Problems', 'problem', [
    'create',
    'manager-changed',
    'member-changed',
    'note-added',
    'status-changed',
    'team-changed',
    'update',
  ]),
  ...group('Tasks', 'task', [
    'create',
    'member-changed',
    'note-added',
    'status-changed',
    'team-changed',
    'update',
  ]),
  ...group('Workflows', 'workflow', ['create', 'manager-changed', 'note-added', 'status-changed', 'update']),
  ...group('Releases', 'release', ['create', 'manager-changed', 'note-added', 'update']),
  ...group('Projects', 'project', ['create', 'manager-changed', 'note-added', 'status-changed', 'update']),
  ...group('Project tasks', 'project_task', ['create', 'note-added', 'status-changed', 'update', 'delete']),
  ...group('Risks', 'risk', ['create', 'manager-changed', 'note-added', 'status-changed', 'update']),
  ...group('Time', 'out_of_office_period', ['create', 'delete', 'update']),
  ...group('Time', 'time_entry', ['create', 'delete', 'update']),
  ...group('Services', 'flsa', ['create', 'update']),
  ...group('Services', 'service', ['create', 'update']),
  ...group('Services', 'service_instance', ['create', 'update']),
  ...group('Services', 'service_offering', ['create', 'update']),
  ...group('Services', 'sla', ['create', 'update']),
  ...group('Services', 'contract', ['create', 'update']),
  ...group('Assets', 'ci', ['create', 'update']),
  ...group('Assets', 'product', ['create', 'update']),
  ...group('People', 'organization', ['create', 'update']),
  ...group('People', 'person', ['create', 'update']),
  ...group('People', 'team', ['create', 'update']),
  ...group('Content', 'broadcast', ['create', 'update']),
  ...group('Content', 'knowledge_article', ['create', 'update']),
  ...group('App instances', 'app_instance', ['create', 'update', 'delete', 'secrets-update']),
];

/** A webhook may name it, though no published event ever matches it: verification sends it by itself. */
export const verifyEvent = verificationEventType;

const names: ReadonlySet<string> = new Set([verifyEvent, ...catalogue.map((type) => type.name)]);

/** What a webhook's `event` may be, in alphabetical order. */
export const events: readonly string[] = [...names].toSorted();

export function isXurrentEvent(name: string): boolean {
  return names.has(name);
}

function group(name: string, noun: string, verbs: readonly string[]): CataloguedType[] {
  return verbs.map((verb) => ({
    name: `${noun}.${verb}`,
    group: name,
    description: describe(noun.replaceAll('_', ' '), verb),
  }));
}

/** The vendor lists names without texts; these say what the verbs say. */
function describe(noun: string, verb: string): string {
  const [subject, of] = [`${article(noun)} ${noun}`, `of ${article(noun).toLowerCase()} ${noun}`];
  switch (verb) {
    case 'create':
      return `${subject} is created.`;
    case 'update':
      return `${subject} is changed in any way.`;
    case 'delete':
      return `${subject} is deleted.`;
    case 'note-added':
      return `A note is added to ${subject.toLowerCase()}.`;
    case 'secrets-update':
      return `The secrets ${of} are renewed.`;
    default:
      return `The ${verb.replace(/-changed$/, '').replaceAll('-', ' ')} ${of} changes.`;
  }
}

function article(noun: string): string {
  return /^[aeio]/.test(noun) ? 'An' : 'A';
}
