// Where deliveries may go, in words: what is open, what is closed, and by which setting.

import { useQuery } from '@tanstack/react-query';
import { configurationQuery, type Setting } from '../../api/system.ts';
import { Asked } from '../../parts/asked.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import * as texts from '../../texts/texts.ts';
import { Tab } from './tab.tsx';

const words = texts.egress;

type RuleName = keyof typeof words.rules;

/** Which of them let out more than a newly installed Posthorn does; the others only say how. */
const opening: ReadonlySet<RuleName> = new Set([
  'EGRESS_ALLOW_CIDRS',
  'EGRESS_ALLOW_METADATA',
  'EGRESS_ALLOW_NAMES',
  'EGRESS_ALLOW_HTTP',
]);

export function EgressTab() {
  const configuration = useQuery(configurationQuery);
  return (
    <Tab name="egress" lead={words.lead}>
      <Asked query={configuration} lines={10}>
        {(settings) => (
          <>
            <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
              {(Object.keys(words.rules) as RuleName[]).map((name) => (
                <Rule
                  key={name}
                  name={name}
                  setting={settings.find((one) => one.name === `POSTHORN_${name}`)}
                />
              ))}
            </ul>
            <p className="text-xs text-quiet">{words.change}</p>
          </>
        )}
      </Asked>
    </Tab>
  );
}

function Rule({ name, setting }: { readonly name: RuleName; readonly setting: Setting | undefined }) {
  const rule = words.rules[name];
  const isSet = setting !== undefined && isInForce(setting);
  const [tone, text]: [Tone, string] = opening.has(name)
    ? isSet
      ? ['warn', words.open]
      : ['good', words.closed]
    : isSet
      ? ['accent', words.set]
      : ['quiet', words.asUsual];
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[6rem_1fr]">
      <span>
        <Badge tone={tone}>{text}</Badge>
      </span>
      <div className="min-w-0">
        <h2 className="font-semibold">{rule.name}</h2>
        <p className="break-words">{isSet ? rule.open(setting.value ?? '') : rule.closed}</p>
        {setting !== undefined && <code className="text-xs break-all text-quiet">{setting.name}</code>}
      </div>
    </li>
  );
}

/** Whether it says something else than a newly installed Posthorn. */
function isInForce({ value }: Setting): boolean {
  return value !== null && value !== 'false' && value !== 'webhook';
}
