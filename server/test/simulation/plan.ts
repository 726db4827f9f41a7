// The rules under which a simulated run delivers, known to the run and to those who judge it.

import { minuteMs, secondMs } from '../../src/domain/clock.ts';

export const simulatedSchedule = [5 * secondMs, 30 * secondMs, 2 * minuteMs, 10 * minuteMs];
export const simulatedConcurrency = 3;
/** Of every second webhook. */
export const simulatedRateLimit = { requests: 3, perSeconds: 20 };
