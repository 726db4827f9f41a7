// The state of a replay as a badge, and how far it has come as a bar.

import type { ReplayState } from '../../api/replays.ts';
import type { Replay } from '../../api/types.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Progress } from '../../parts/progress.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.replays;

const tones: Readonly<Record<ReplayState, Tone>> = {
  running: 'accent',
  paused: 'warn',
  completed: 'good',
  cancelled: 'quiet',
};

export function ReplayStateBadge({ state }: { readonly state: ReplayState }) {
  return <Badge tone={tones[state]}>{words.states[state]}</Badge>;
}

export function ReplayProgress({
  replay: { state, progress },
  thin = false,
}: {
  readonly replay: Pick<Replay, 'state' | 'progress'>;
  readonly thin?: boolean;
}) {
  const tone = state === 'completed' ? 'good' : state === 'running' ? 'accent' : 'quiet';
  return <Progress label={words.one.progressOf} share={progress} tone={tone} thin={thin} />;
}
