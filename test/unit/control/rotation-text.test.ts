import { describe, expect, it } from 'vitest';
import type { Rotation } from '../../../contracts/rotation.ts';
import { painter } from '../../../control/colour.ts';
import { freshFeedPrinter, printFeedItem } from '../../../control/feed-printer.ts';
import { rotationText } from '../../../control/rotation-text.ts';
import { timeOfDay } from '../../../control/time-of-day.ts';

const at = '2014-03-11T09:14:00.000Z';
const text = (inRotation: boolean, answer: Rotation['probe']['answer'], reason: Rotation['reason'] = 'probe') =>
  rotationText({ inRotation, reason, since: at, probe: { answer, since: at } }, painter(false));

describe('a line on the rotation', () => {
  it('says in or out, and what the probe has got', () => {
    expect(text(true, 200)).toBe('in rotation (probe 200)');
    expect(text(false, 503)).toBe('out of rotation (probe 503)');
    expect(text(false, 'reset')).toBe('out of rotation (probe refused)');
    expect(text(false, 'unanswered')).toBe(`out of rotation (probe unanswered since ${timeOfDay(at)})`);
    expect(text(false, 'none')).toBe('out of rotation (not probed)');
    expect(text(false, 200, 'stopping')).toBe('out of rotation (stopping in order)');
  });

  it('says of an only instance that it stays although its probe fails', () => {
    expect(text(true, 200, 'onlyInstance')).toBe('in rotation (probe 200)');
    expect(text(true, 503, 'onlyInstance')).toBe('stays in rotation as the only instance (probe 503)');
  });

  it('is one line of the feed with its instance, within 80 columns', () => {
    const rotation: Rotation = { inRotation: true, reason: 'onlyInstance', since: at, probe: { answer: 503, since: at } };
    const { lines } = printFeedItem(freshFeedPrinter, { type: 'rotation', at, instance: 'Server_IN_0', rotation }, { colour: false });
    expect(lines).toEqual([`${timeOfDay(at)} Server_IN_0  stays in rotation as the only instance (probe 503)`]);
    expect(lines[0]?.length).toBeLessThanOrEqual(80);
  });
});
