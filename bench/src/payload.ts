// The event that every benchmark publishes: a JSON object of 1 KB.

const invoice = { id: 4711, amount: '129.00', currency: 'EUR' };

/** JSON of exactly 1,024 bytes. */
export const body1k = filled({ ...invoice, note: '' });

function filled(event: { readonly note: string }): string {
  const note = 'n'.repeat(1_024 - JSON.stringify(event).length);
  return JSON.stringify({ ...event, note });
}
