import { beatsGoOn } from './beats-go-on.ts';
import { deadJobsEnd } from './dead-jobs-end.ts';
import { foregroundIsAwaited } from './foreground-is-awaited.ts';
import type { InvariantOf } from './invariant.ts';
import { neverTwice } from './never-twice.ts';
import { onStopHasItsTime } from './on-stop-has-its-time.ts';
import { readyHasHost } from './ready-has-host.ts';
import { restartWindow } from './restart-window.ts';
import { sleepIsNoSilence } from './sleep-is-no-silence.ts';
import { stoppedIsEmpty } from './stopped-is-empty.ts';
import { stopsInOrder } from './stops-in-order.ts';
import { tenMinutes } from './ten-minutes.ts';
import { timersAreExplained } from './timers-are-explained.ts';

export const allInvariants: readonly InvariantOf[] = [
  neverTwice,
  readyHasHost,
  deadJobsEnd,
  restartWindow,
  tenMinutes,
  sleepIsNoSilence,
  beatsGoOn,
  timersAreExplained,
  stoppedIsEmpty,
  stopsInOrder,
  foregroundIsAwaited,
  onStopHasItsTime,
];
