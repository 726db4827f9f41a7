// The kinds of records that events are about: where each lives in the REST API, and what its nodeID calls it
// (specification §1, §5.2).

/** By the noun before the dot of an event's name. */
const types: Readonly<Record<string, { readonly segment: string; readonly node: string }>> = {
  request: { segment: 'requests', node: 'Req' },
  problem: { segment: 'problems', node: 'Problem' },
  workflow: { segment: 'workflows', node: 'Workflow' },
  release: { segment: 'releases', node: 'Release' },
  task: { segment: 'tasks', node: 'Task' },
  project: { segment: 'projects', node: 'Project' },
  project_task: { segment: 'project_tasks', node: 'ProjectTask' },
  risk: { segment: 'risks', node: 'Risk' },
  broadcast: { segment: 'broadcasts', node: 'Broadcast' },
  ci: { segment: 'cis', node: 'Ci' },
  contract: { segment: 'contracts', node: 'Contract' },
  flsa: { segment: 'flsas', node: 'Flsa' },
  knowledge_article: { segment: 'knowledge_articles', node: 'KnowledgeArticle' },
  organization: { segment: 'organizations', node: 'Organization' },
  out_of_office_period: { segment: 'out_of_office_periods', node: 'OutOfOfficePeriod' },
  person: { segment: 'people', node: 'Person' },
  product: { segment: 'products', node: 'Product' },
  service: { segment: 'services', node: 'Service' },
  service_instance: { segment: 'service_instances', node: 'ServiceInstance' },
  service_offering: { segment: 'service_offerings', node: 'ServiceOffering' },
  sla: { segment: 'slas', node: 'Sla' },
  team: { segment: 'teams', node: 'Team' },
  time_entry: { segment: 'time_entries', node: 'TimeEntry' },
  automation_rule: { segment: 'automation_rules', node: 'AutomationRule' },
  app_instance: { segment: 'app_instances', node: 'IntegrationInstance' },
  webhook: { segment: 'webhooks', node: 'Webhook' },
};

/** The record type of an event: `problem` of `problem.update`. */
export function nounOf(eventType: string): string {
  return eventType.split('.', 1)[0]!;
}

/** The path segment of a record type in both links; one that the vendor does not have takes an `s`. */
export function segmentOf(noun: string): string {
  return types[noun]?.segment ?? `${noun}s`;
}

/** A record type as nodeIDs call it. */
export function nodeTypeOf(noun: string): string {
  return types[noun]?.node ?? noun.split('_').map(capitalised).join('');
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
