// What the terminal shows after a start: where Posthorn is, and at the first start who may come in and what to try.

import type { Generated } from '../manage/bootstrap.ts';

export function welcome(url: string, first: Generated | undefined): string {
  const ready = `Posthorn is ready at ${url}, its web app at ${url}/ui/\n`;
  return first === undefined ? ready : `${ready}${credentials(first)}${firstSteps(url, first)}`;
}

function credentials({ username, password, token }: Generated): string {
  const rows = [
    ['user', username],
    ['password', password?.reveal()],
    ['API key', token?.reveal()],
  ].filter((row) => row[1] !== undefined);
  if (password === undefined && token === undefined) return '';
  return `
This is the first start. These credentials are shown once and kept nowhere:
${rows.map(([name, value]) => `  ${name!.padEnd(10)}${value}\n`).join('')}`;
}

/** Works as pasted: the addresses are public, since private ones are closed until EGRESS_ALLOW_CIDRS opens them. */
function firstSteps(url: string, { token }: Generated): string {
  const key = token?.reveal() ?? '$POSTHORN_ADMIN_TOKEN';
  const authorized = `-H "Authorization: Bearer ${key}"`;
  const post = (path: string, body: unknown) =>
    [
      `curl ${url}/api/v1/${path}`,
      `  ${authorized} -H 'Content-Type: application/json'`,
      `  -d '${JSON.stringify(body)}'`,
    ].join(' \\\n');
  return `
Create a webhook, publish an event, see what became of it:

${post('webhooks', { name: 'My first webhook', url: 'https://example.com/hooks', eventTypes: ['invoice.*'] })}

${post('events', { type: 'invoice.paid', data: { invoice: 42 } })}

curl ${url}/api/v1/deliveries ${authorized}

`;
}
