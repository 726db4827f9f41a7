// `/configuration`: every setting of this node with its value and where that comes from, as `posthorn config` prints it.

import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ShownSetting } from '../../../domain/shown-setting.ts';
import { operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, nullable, oneOf, pageOf } from '../wire/schemas.ts';

export const SettingOut = closed(
  {
    name: Type.String({ examples: ['POSTHORN_RETENTION_DAYS'] }),
    group: Type.String(),
    value: nullable(Type.String({ description: 'Null where it is unset; a secret is masked.' })),
    origin: oneOf(['default', 'environment', 'file', 'flag'], { description: '`file` is `.env`.' }),
    secret: Type.Boolean(),
    help: Type.String({ description: 'In Markdown.' }),
    whenUnset: nullable(Type.String({ description: 'What being unset means.' })),
  },
  { $id: 'Setting' },
);

export function configurationRoutes(
  app: FastifyInstance,
  { configuration }: Pick<NativeParts, 'configuration'>,
): void {
  app.get(
    '/configuration',
    operation('listSettings', {
      summary: 'Every setting of the node that answers',
      description:
        'All of them at once, as they are in force. Settings are changed where they come from, and need a restart; those of the address guard follow `.env` on SIGHUP.',
      tags: ['System'],
      response: { 200: pageOf(Type.Ref('Setting#')) },
    }),
    async () => ({ data: configuration().map(show), next: null, previous: null }),
  );
}

function show({ origin, ...setting }: ShownSetting) {
  return { ...setting, origin: origin === '.env' ? 'file' : origin };
}
