import { expect, test } from 'vitest';
import { catalogue, verifyEvent } from './catalogue.ts';
import { linkHeader } from './link-header.ts';
import { nodeTypeOf, nounOf, segmentOf } from './record-types.ts';

const bases = { account: 'https://acme.xurrent.example', api: 'https://api.xurrent.example' };

test('canonical, resource and related stand in this order on one line', () => {
  const related = ['https://api.xurrent.example/v1/requests/219/notes/3455'];
  expect(linkHeader('request.note-added', { id: '219', related }, bases)).toBe(
    '<https://acme.xurrent.example/requests/219>; rel="canonical", ' +
      '<https://api.xurrent.example/v1/requests/219>; rel="resource", ' +
      '<https://api.xurrent.example/v1/requests/219/notes/3455>; rel="related"',
  );
});

test('the type that the publisher names decides, else the noun of the event', () => {
  expect(linkHeader('automation_rule', { id: '7' }, bases)).toContain('/automation_rules/7>');
  expect(linkHeader('automation_rule', { type: 'person', id: '7' }, bases)).toContain('/people/7>');
});

test('the page of the record is the one that the publisher gives', () => {
  const link = linkHeader('task.create', { id: '1', url: 'https://desk.example/t/1' }, bases);
  expect(link).toMatch(/^<https:\/\/desk\.example\/t\/1>; rel="canonical", <https:\/\/api\./);
});

test('without an object there is no header', () => {
  expect(linkHeader('task.create', undefined, bases)).toBeUndefined();
  expect(linkHeader('task.create', {}, bases)).toBeUndefined();
});

test('nothing that a publisher writes ends the link, the header or the line', () => {
  const evil = '1>; rel="canonical", <x\r\nSet-Cookie: a';
  const related = ['https://a.example/>\r\nX: y', 'javascript:alert(1)>', 'no url'];
  const object = { type: `ü${evil}`, id: evil, url: 'https://b.example/a>b', related };
  const link = linkHeader('task.create', object, bases)!;
  expect(link).toMatch(/^[ -~]+$/);
  const urls = [...link.matchAll(/<([^>]*)>; rel="(canonical|resource|related)"(?:, |$)/g)];
  expect(urls.map(([whole]) => whole).join('')).toBe(link);
});

test('related URLs that would make the header longer than receivers take are left out, the others stay', () => {
  const long = (length: number) => `https://a.example/${'x'.repeat(length)}`;
  const short = 'https://a.example/y';
  const related = [long(3_000), long(3_000), long(3_000), short];
  const link = linkHeader('task.create', { id: '1', related }, bases)!;
  expect(link.length).toBeLessThanOrEqual(8_000);
  expect(link.match(/rel="(canonical|resource)"/g)).toHaveLength(2);
  expect(link.match(/x{3000}/g)).toHaveLength(2);
  expect(link).toContain(`<${short}>; rel="related"`);
});

test('every record type of the catalogue has its segment, in both links, and its type in nodeIDs', () => {
  const nouns = new Set([...catalogue.map(({ name }) => nounOf(name)), nounOf(verifyEvent)]);
  expect(Object.fromEntries([...nouns].map((noun) => [noun, [segmentOf(noun), nodeTypeOf(noun)]]))).toEqual({
    app_instance: ['app_instances', 'IntegrationInstance'],
    automation_rule: ['automation_rules', 'AutomationRule'],
    broadcast: ['broadcasts', 'Broadcast'],
    ci: ['cis', 'Ci'],
    contract: ['contracts', 'Contract'],
    flsa: ['flsas', 'Flsa'],
    knowledge_article: ['knowledge_articles', 'KnowledgeArticle'],
    organization: ['organizations', 'Organization'],
    out_of_office_period: ['out_of_office_periods', 'OutOfOfficePeriod'],
    person: ['people', 'Person'],
    problem: ['problems', 'Problem'],
    product: ['products', 'Product'],
    project: ['projects', 'Project'],
    project_task: ['project_tasks', 'ProjectTask'],
    release: ['releases', 'Release'],
    request: ['requests', 'Req'],
    risk: ['risks', 'Risk'],
    service: ['services', 'Service'],
    service_instance: ['service_instances', 'ServiceInstance'],
    service_offering: ['service_offerings', 'ServiceOffering'],
    sla: ['slas', 'Sla'],
    task: ['tasks', 'Task'],
    team: ['teams', 'Team'],
    time_entry: ['time_entries', 'TimeEntry'],
    webhook: ['webhooks', 'Webhook'],
    workflow: ['workflows', 'Workflow'],
  });
  for (const noun of nouns) {
    expect(linkHeader(noun, { id: '7' }, bases)).toBe(
      `<${bases.account}/${segmentOf(noun)}/7>; rel="canonical", <${bases.api}/v1/${segmentOf(noun)}/7>; rel="resource"`,
    );
  }
});
