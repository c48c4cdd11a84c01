import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadedService } from '../../control/emulator/load-service.ts';
import { openDeployment } from '../../control/emulator/open-deployment.ts';
import { type DeploymentStore, deploymentStore } from '../../fabric/deployment-store.ts';

let state: string;
let store: DeploymentStore;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'rolevm-deployment-'));
  store = deploymentStore(state);
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

/** As much of a loaded service as a deployment is made of. */
const service = (changes: { readonly name?: string; readonly digest?: string; readonly instances?: number } = {}) =>
  ({
    model: { definition: { name: changes.name ?? 'hello-worker' }, roles: [{ name: 'W', instanceCount: changes.instances ?? 2 }] },
    packaged: { digest: changes.digest ?? 'one' },
    configurationPath: '/samples/ServiceConfiguration.cscfg',
  }) as unknown as LoadedService;

/** As the emulator does: the document is there from the moment on in which the instances have goals. */
const open = async (loaded = service(), path = '/samples/hello-worker') => {
  const opened = await openDeployment(store, loaded, path);
  store.write(opened.document);
  return opened;
};
/** The emulator has ended in order. */
const end = (document: Awaited<ReturnType<typeof open>>['document']) => store.write({ ...document, lifecycle: 'stopped' });
const drives = (...names: readonly string[]) => {
  for (const name of names) mkdirSync(join(store.vmsDirectory, name, 'E'), { recursive: true });
};

describe('the deployment of a service', () => {
  it('is made when there is none, and is running from then on', async () => {
    const { document, events, notices } = await open();
    expect(document).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      serviceName: 'hello-worker',
      servicePath: '/samples/hello-worker',
      packageDigest: 'one',
      lifecycle: 'running',
      instances: ['W_IN_0', 'W_IN_1'],
    });
    expect([events, notices, store.read()]).toEqual([['start'], [], document]);
  });

  it('is the same one after an orderly end: C: and D: stay, E: is made anew', async () => {
    const first = await open();
    end(first.document);
    drives('W_IN_0');
    const { document, events, notices } = await open();
    expect([document.id, document.createdAt]).toEqual([first.document.id, first.document.createdAt]);
    expect([events, notices]).toEqual([['start'], []]);
    expect(existsSync(join(store.vmsDirectory, 'W_IN_0', 'E'))).toBe(true);
  });

  it('has had a power loss when it is still running: C: and E: stay, D: is made anew', async () => {
    const first = await open();
    const { document, events, notices } = await open();
    expect(document.id).toBe(first.document.id);
    expect(events).toEqual(['power-cycle']);
    expect(notices).toEqual([
      `the emulator of deployment ${document.id} had ended without stopping it, as in a power loss; no process was left of it`,
      'C: and E: are as they were, D: is made anew (node power cycle)',
    ]);
  });

  it('with another package has its E: made anew, after a power loss too, and says so without contradiction', async () => {
    await open();
    const { events, notices, document } = await open(service({ digest: 'two' }));
    expect([events, document.packageDigest]).toEqual([['power-cycle', 'start'], 'two']);
    expect(notices.at(-1)).toBe('the package has changed since: C: is as it was, D: and E: are made anew');
    expect(notices.join()).not.toContain('E: are as they were');
  });

  it('goes on with what its goals had begun, after a power loss in the state in which it was wanted, after an orderly end started', async () => {
    const event = { n: 3, name: 'reimage' } as const;
    const kept = { incarnation: 4, expectedState: 'Stopped', power: 'on', roleGeneration: 1, event } as const;
    const first = await open();
    const goals = { W_IN_0: kept };
    store.write({ ...first.document, goals });
    expect((await openDeployment(store, service(), '/samples/hello-worker')).goals).toEqual(goals);
    end({ ...first.document, goals });
    const again = await openDeployment(store, service(), '/samples/hello-worker');
    expect(again.goals).toEqual({ W_IN_0: { ...kept, expectedState: 'Started' } });
    end({ ...first.document, goals });
    expect((await openDeployment(store, service({ name: 'other' }), '/samples/other')).goals).toEqual({});
  });

  it.each([
    ['of another name', () => open(service({ name: 'other' }))],
    ['at another place', () => open(service(), '/elsewhere/hello-worker')],
  ])('is deleted with its drives for a service %s, which the user is told', async (_what, again) => {
    for (const orderly of [true, false]) {
      const first = await open();
      if (orderly) end(first.document);
      drives('W_IN_0');
      const { document, events, notices } = await again();
      expect(document.id).not.toBe(first.document.id);
      expect(events).toEqual(['start']);
      expect(notices.at(-1)).toBe('the deployment of hello-worker that was here is deleted, drives included');
      expect(notices.join()).not.toContain('as they were');
      expect(existsSync(join(store.vmsDirectory, 'W_IN_0'))).toBe(false);
      store.remove();
    }
  });

  it('loses the instances that its configuration does not have any more, and keeps what is no instance', async () => {
    end((await open(service({ instances: 3 }))).document);
    drives('W_IN_0', 'W_IN_1', 'W_IN_2', 'node_modules');
    writeFileSync(join(store.vmsDirectory, 'package.json'), '{}');
    await open(service({ instances: 1 }));
    expect(readdirSync(store.vmsDirectory).sort()).toEqual(['W_IN_0', 'node_modules', 'package.json']);
  });

  it.skipIf(process.platform === 'win32')(
    'ends what is left of it after a power loss, wherever that stands, and nothing else',
    async () => {
      const { document } = await open();
      // Not children of this process: started by one that has ended at once.
      const orphan = async (env: NodeJS.ProcessEnv) => {
        const script = `const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { detached: true, stdio: 'ignore' }); c.unref(); console.log(c.pid)`;
        const parent = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
        const [pid] = await once(parent.stdout, 'data');
        await once(parent, 'exit');
        return Number(pid);
      };
      const job = await orphan({ RoleDeploymentID: document.id, RoleInstanceID: 'W_IN_0' });
      const agent = await orphan({ ROLEVM_DEPLOYMENT: document.id });
      const foreign = await orphan({ RoleDeploymentID: '0'.repeat(32) });
      const { notices } = await open();
      expect(notices[0]).toContain(`(${job})`);
      expect(notices[0]).toContain(`(${agent})`);
      expect(notices[0]).not.toContain(`(${foreign})`);
      expect(process.kill(foreign, 0)).toBe(true);
      process.kill(foreign, 'SIGKILL');
    },
  );
});
