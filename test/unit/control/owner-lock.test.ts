import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireOwnerLock, livingOwner } from '../../../control/owner-lock.ts';
import { processIdentity } from '../../../kernel/process-table/index.ts';

const self = processIdentity(process.pid) as { pid: number; startTicks: string };
const dead = { ...self, startTicks: '1' };

describe('the owner lock of a state directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rolevm-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is given to the first that asks, readable for it alone', () => {
    acquireOwnerLock(directory, { ...self, token: 'a' });
    expect(livingOwner(directory)).toEqual({ ...self, token: 'a' });
    expect(readdirSync(directory)).toEqual(['owner.1.lock']);
    expect(statSync(join(directory, 'owner.1.lock')).mode & 0o777).toBe(0o600);
  });

  it('is refused while its owner lives, with the pid and the command that ends it', () => {
    acquireOwnerLock(directory, { ...self, token: 'a' });
    expect(() => acquireOwnerLock(directory, { ...self, token: 'b' })).toThrow(
      expect.objectContaining({
        code: 'RV4110',
        message: expect.stringContaining(`pid ${self.pid}`),
        mend: expect.stringContaining(`rolevm down --state ${directory}`),
      }),
    );
  });

  it('is free again after its release, which may be repeated', () => {
    const lock = acquireOwnerLock(directory, { ...self, token: 'a' });
    lock.release();
    lock.release();
    expect(livingOwner(directory)).toBeUndefined();
    acquireOwnerLock(directory, { ...self, token: 'b' });
    expect(livingOwner(directory)?.token).toBe('b');
  });

  it('passes from a dead owner to the next, and only one lock stays', () => {
    acquireOwnerLock(directory, { ...dead, token: 'a' });
    acquireOwnerLock(directory, { ...self, token: 'b' });
    expect(livingOwner(directory)?.token).toBe('b');
    expect(readdirSync(directory)).toEqual(['owner.2.lock']);
  });

  it('is not taken back by the release of a former owner', () => {
    const former = acquireOwnerLock(directory, { ...dead, token: 'a' });
    acquireOwnerLock(directory, { ...self, token: 'b' });
    former.release();
    expect(livingOwner(directory)?.token).toBe('b');
  });

  it('with unreadable content counts as stale', () => {
    writeFileSync(join(directory, 'owner.7.lock'), '{"pid":');
    acquireOwnerLock(directory, { ...self, token: 'b' });
    expect(readdirSync(directory)).toEqual(['owner.8.lock']);
  });
});
