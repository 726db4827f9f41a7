// How a letter looks: as plain text, and as HTML in which nothing that users wrote is more than text. Pure.

import type { Fact, Letter } from './letter.ts';

/** The facts stand in columns. */
export function plainText({ lead, facts, steps }: Letter): string {
  const width = Math.max(...facts.map(({ name }) => name.length)) + 2;
  return [
    ...lead,
    '',
    ...facts.map(({ name, value }) => `${`${name}:`.padEnd(width)}${value}`),
    '',
    'What to do:',
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    '',
  ].join('\n');
}

/** A document without images, scripts or links but to the page of the webhook. */
export function html({ subject, lead, facts, steps }: Letter): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="font: 15px/1.5 sans-serif; color: #222; max-width: 44em">
<h1 style="font-size: 18px">${escaped(subject)}</h1>
<p>${escaped(lead.join(' '))}</p>
<table style="border-collapse: collapse">
${facts.map(row).join('\n')}
</table>
<h2 style="font-size: 16px">What to do</h2>
<ol>
${steps.map((step) => `<li>${escaped(step)}</li>`).join('\n')}
</ol>
</body>
</html>
`;
}

function row({ name, value, page }: Fact): string {
  const text = escaped(value);
  const cell = page === true && /^https?:\/\//i.test(value) ? `<a href="${text}">${text}</a>` : text;
  return `<tr><th style="text-align: left; vertical-align: top; padding-right: 1em; white-space: nowrap">${escaped(name)}</th><td style="word-break: break-word">${cell}</td></tr>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
