// Content filters on the wire, and what comes of trying one.

import { Type } from 'typebox';
import { filterLimits, groups, operators, type FilterQuery } from '../../../domain/filter.ts';
import { EventIn } from '../events/schemas.ts';
import { closed, nullable } from '../wire/schemas.ts';

const inCode = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ');

export const Filter = Type.Unsafe<FilterQuery>({
  type: 'object',
  additionalProperties: true,
  description: [
    'Which events are delivered, by what a publisher says of them: a query as in MongoDB, decided when an event is published.',
    `Paths are \`type\`, \`data.…\`, \`actor.…\`, \`object.…\`, \`scope.…\`, \`channels\`, \`source\`, \`occurredAt\`, \`orderingKey\` and \`instanceName\`; after one stands a value or operators (${inCode(operators)}), around conditions ${inCode(Object.keys(groups))}.`,
    `At most ${filterLimits.conditionsMax} conditions (${filterLimits.elementConditionsMax} inside \`$elemMatch\`), ${filterLimits.alternativesMax} values in a list, ${filterLimits.depthMax} levels and ${filterLimits.bytesMax} bytes. Numbers compare as doubles; whole numbers of any length exactly.`,
  ].join(' '),
  examples: [{ 'data.amount': { $gte: 100 }, 'data.currency': { $in: ['EUR', 'USD'] } }],
});

export const FilterCheckIn = closed(
  {
    filter: Filter,
    eventId: Type.Optional(Type.String({ description: 'Of an event that was published.' })),
    event: Type.Optional(
      closed(EventIn.properties, { description: 'Or an event as it would be published; nothing is stored.' }),
    ),
  },
  {
    title: 'Filter to try',
    examples: [
      {
        filter: { 'data.amount': { $gte: 100 } },
        event: { type: 'invoice.paid', data: { invoice: 'in_7', amount: 20 } },
      },
    ],
  },
);

export const FilterCheck = closed(
  {
    matches: Type.Boolean({ description: 'Whether a webhook with the filter would get the event.' }),
    explanation: nullable(
      Type.String({
        description: 'Why it does not match, by the first condition that is not met.',
        examples: ['data.amount is 20, not ≥ 100'],
      }),
    ),
    conditions: Type.Array(
      closed({
        pointer: Type.String({
          description: 'JSON pointer into the filter.',
          examples: ['/data.amount/$gte'],
        }),
        matches: Type.Boolean(),
        explanation: Type.String({ description: 'What the event has there.' }),
      }),
      { description: 'Each condition by itself, in the order of the filter.' },
    ),
  },
  { $id: 'FilterCheck' },
);
