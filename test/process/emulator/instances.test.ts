import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { places } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);

describe('ten instances of a role', () => {
  it('start side by side, each with its own drives, spread over five upgrade domains and two fault domains', async () => {
    const place = openPlace('steady');
    const up = place.up({ args: ['--config', join(place.service, 'configurations/Ten.cscfg')] });
    await up.ready();
    const workers = (await up.status()).instances.filter(({ role }) => role === 'Worker');
    expect(workers.map(({ name, state }) => [name, state])).toEqual(
      Array.from({ length: 10 }, (_, index) => [`Worker_IN_${index}`, 'ReadyRole']),
    );
    expect(new Set(workers.map(({ drives }) => drives.E)).size).toBe(10);
    expect(workers.map(({ updateDomain }) => updateDomain)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    expect(new Set(workers.map(({ faultDomain }) => faultDomain))).toEqual(new Set([0, 1]));
    // Four processes that Azure has in each VM, and the background task.
    expect((await up.ps()).filter(({ instance }) => instance.startsWith('Worker'))).toHaveLength(50);
    expect(await up.stop()).toBe(0);
  });

  it('all come back when every bootstrapper is killed at once', async () => {
    const place = openPlace('steady');
    const up = place.up({ args: ['--config', join(place.service, 'configurations/Ten.cscfg')] });
    await up.ready();
    const from = up.story.now;
    expect((await up.kill('WaHostBootstrapper')).killed).toHaveLength(11);
    await up.ready(from);
    expect(await up.stop()).toBe(0);
  });
});
