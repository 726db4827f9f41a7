import { expect, test } from 'vitest';
import { isEventType } from '../../domain/event-type.ts';
import { catalogue, events, isXurrentEvent } from './catalogue.ts';

/** The names of the Webhooks API page by group, as many as it counts. */
const documented: Readonly<Record<string, string>> = {
  automation_rule: '',
  request:
    'agile-board-column-changed create major-incident-status-changed member-changed note-added status-changed team-changed update',
  problem: 'create manager-changed member-changed note-added status-changed team-changed update',
  task: 'create member-changed note-added status-changed team-changed update',
  workflow: 'create manager-changed note-added status-changed update',
  release: 'create manager-changed note-added update',
  project: 'create manager-changed note-added status-changed update',
  project_task: 'create note-added status-changed update',
  risk: 'create manager-changed note-added status-changed update',
  out_of_office_period: 'create delete update',
  time_entry: 'create delete update',
  flsa: 'create update',
  service: 'create update',
  service_instance: 'create update',
  service_offering: 'create update',
  sla: 'create update',
  contract: 'create update',
  ci: 'create update',
  product: 'create update',
  organization: 'create update',
  person: 'create update',
  team: 'create update',
  broadcast: 'create update',
  knowledge_article: 'create update',
};
const names = Object.entries(documented).flatMap(([noun, verbs]) =>
  verbs.split(' ').map((verb) => (verb === '' ? noun : `${noun}.${verb}`)),
);

test('all 77 documented events can be subscribed to', () => {
  expect(names).toHaveLength(77);
  expect(names.filter((name) => !isXurrentEvent(name))).toEqual([]);
});

test('beyond the documented ones there are those of app instances, one that clients know, and that of verification', () => {
  expect(events.filter((name) => !names.includes(name))).toEqual([
    'app_instance.create',
    'app_instance.delete',
    'app_instance.secrets-update',
    'app_instance.update',
    'project_task.delete',
    'webhook.verify',
  ]);
  expect(catalogue.some(({ name }) => name === 'webhook.verify')).toBe(false);
});

test.each(['change.create', 'change.update', 'Request.create', 'request', 'request.*', '*', 'constructor'])(
  '%s is not included in the list',
  (name) => {
    expect(isXurrentEvent(name)).toBe(false);
  },
);

test('every event can be published, and says what makes it fire', () => {
  expect(catalogue.filter(({ name, description }) => !isEventType(name) || description === '')).toEqual([]);
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
});
