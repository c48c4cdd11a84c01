import type { LastProbe, Rotation } from '../contracts/rotation.ts';
import type { Paint } from './colour.ts';
import { timeOfDay } from './time-of-day.ts';

/** One line on an instance that has gone in or out of the load balancer's rotation, with what its probe has got. */
export function rotationText({ inRotation, reason, probe }: Rotation, paint: Paint): string {
  const answer = paint('gray', `(${probeText(probe)})`);
  if (reason === 'onlyInstance' && probe.answer !== 200) return `${paint('yellow', 'stays in rotation')} as the only instance ${answer}`;
  if (inRotation) return `${paint('green', 'in rotation')} ${answer}`;
  return `${paint('red', 'out of rotation')} ${reason === 'stopping' ? paint('gray', '(stopping in order)') : answer}`;
}

/** `probe 200`, `probe unanswered since 14:03:09`. */
export function probeText({ answer, since }: LastProbe): string {
  switch (answer) {
    case 'none':
      return 'not probed';
    case 'reset':
      return 'probe refused';
    case 'unanswered':
      return `probe unanswered since ${timeOfDay(since)}`;
    default:
      return `probe ${answer}`;
  }
}
