import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import type { DeploymentDocument } from '../../../contracts/deployment.ts';
import { UserError } from '../../../contracts/diagnostic.ts';
import type { InstanceStatus } from '../../../contracts/instance-status.ts';
import { deploymentMachine } from '../../../fabric/deployment.machine.ts';
import { deploymentStore } from '../../../fabric/deployment-store.ts';
import { instanceRecord } from '../../../fabric/instance-record.ts';
import { vmDocument } from '../sandbox/vm.ts';

describe('a deployment', () => {
  function deploy(...instances: readonly string[]) {
    const actor = createActor(deploymentMachine(instances));
    actor.start();
    return {
      actor,
      state: () => actor.getSnapshot().value,
      enters: (instance: string, status: InstanceStatus) => actor.send({ type: 'instance.status', instance, status }),
      wants: (instance: string, wanted: 'Started' | 'Stopped') => actor.send({ type: 'instance.wanted', instance, state: wanted }),
      close: () => actor.send({ type: 'deployment.close' }),
      loses: (instance: string) => actor.send({ type: 'instance.off', instance }),
    };
  }

  it('is Deploying until all its instances are Ready at the same time, and Running from then on', () => {
    const { enters, state } = deploy('a', 'b');
    enters('a', 'ReadyRole');
    enters('a', 'RestartingRole');
    enters('b', 'ReadyRole');
    expect(state()).toBe('Deploying');
    enters('a', 'ReadyRole');
    expect(state()).toBe('Running');
    enters('a', 'CyclingRole');
    expect(state()).toBe('Running');
  });

  it('is Suspended when none of its instances is wanted and all are StoppedVM, from Deploying and from Running', () => {
    for (const ready of [false, true]) {
      const { enters, state, wants } = deploy('a', 'b');
      if (ready) for (const instance of ['a', 'b']) enters(instance, 'ReadyRole');
      wants('a', 'Stopped');
      expect(state()).toBe(ready ? 'Running' : 'Deploying');
      wants('b', 'Stopped');
      expect(state()).toBe('Suspending');
      enters('a', 'StoppedVM');
      enters('b', 'StoppingRole');
      expect(state()).toBe('Suspending');
      enters('b', 'StoppedVM');
      expect(state()).toBe('Suspended');
    }
  });

  it('starts again, and is Running when those that are wanted are Ready', () => {
    const { enters, state, wants } = deploy('a', 'b');
    for (const instance of ['a', 'b']) wants(instance, 'Stopped');
    for (const instance of ['a', 'b']) enters(instance, 'StoppedVM');
    wants('a', 'Started');
    expect(state()).toBe('Starting');
    enters('a', 'ReadyRole');
    expect(state()).toBe('Running');
  });

  it('is closed when no VM has power any more, whatever it was before', () => {
    const { actor, close, loses, state } = deploy('a', 'b');
    close();
    close();
    expect(state()).toBe('Closing');
    loses('a');
    expect(state()).toBe('Closing');
    loses('b');
    expect([state(), actor.getSnapshot().status]).toEqual(['Closed', 'done']);
  });

  it('is not Suspended by instances that happen to be stopped', () => {
    const { enters, state } = deploy('a');
    enters('a', 'StoppedVM');
    expect(state()).toBe('Deploying');
  });

  it('does not wait for a VM whose host agent has failed before', () => {
    const { close, loses, state } = deploy('a', 'b');
    loses('a');
    expect(state()).toBe('Deploying');
    close();
    loses('b');
    expect(state()).toBe('Closed');
  });
});

describe('the record of an instance', () => {
  it('counts as recycles the starts of the role after the first, retries of the same start not', () => {
    const record = instanceRecord(vmDocument(), '/vms/W', () => 'E');
    const recycles = (...statuses: readonly InstanceStatus[]) => {
      for (const [index, status] of statuses.entries()) record.enter(status, `${index}`, undefined);
      return record.entry().recycles;
    };
    expect(recycles('CreatingVM', 'StartingVM')).toBe(0);
    expect(recycles('CreatingRole', 'CreatingRole', 'StartingRole', 'ReadyRole')).toBe(0);
    expect(recycles('RestartingRole', 'CreatingRole')).toBe(1);
    expect(recycles('FailedStartingRole', 'CreatingRole')).toBe(2);
    expect(recycles('StoppingVM', 'StartingVM', 'CreatingRole', 'ReadyRole')).toBe(3);
  });

  it('knows since when it is in its state, which new details do not change', () => {
    let now = 0;
    const record = instanceRecord(
      vmDocument(),
      '/vms/W',
      () => 'E',
      () => new Date(now),
    );
    now = 1_000;
    expect(record.enter('BusyRole', 'Starting role...', undefined)).toBe(true);
    now = 2_000;
    expect(record.enter('BusyRole', 'Sites were deployed.', undefined)).toBe(true);
    expect(record.entry()).toMatchObject({ since: '1970-01-01T00:00:01.000Z', details: 'Sites were deployed.', portalState: 'Busy' });
  });

  it('has no news in what it knows already', () => {
    const record = instanceRecord(vmDocument(), '/vms/W', () => 'E');
    expect(record.enter('RoleStateUnknown', '', undefined)).toBe(false);
    expect(record.enter('RestartingRole', 'no', '2014')).toBe(true);
    expect(record.enter('RestartingRole', 'no', '2014')).toBe(false);
    expect(record.enter('RestartingRole', 'no', undefined)).toBe(true);
  });

  it('names the next start only while there is one, and the drives by their letters', () => {
    const record = instanceRecord(vmDocument(), '/vms/W', () => 'F');
    record.enter('RestartingRole', 'no', '2014');
    expect(record.entry().restartAt).toBe('2014');
    record.enter('CreatingRole', '', undefined);
    expect('restartAt' in record.entry()).toBe(false);
    expect(record.entry().drives).toEqual({ C: join('/vms/W', 'C'), D: join('/vms/W', 'D'), F: join('/vms/W', 'F') });
  });
});

describe('the store of deployments', () => {
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'rolevm-store-'));
  });
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  const document: DeploymentDocument = {
    formatVersion: 1,
    id: '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4',
    serviceName: 'hello-worker',
    servicePath: '/samples/hello-worker',
    configurationPath: '/samples/hello-worker/ServiceConfiguration.cscfg',
    packageDigest: 'abc',
    createdAt: '2014-03-11T09:14:00.000Z',
    lifecycle: 'running',
    instances: ['W_IN_0'],
  };
  const file = () => join(state, 'deployment.json');

  it('is empty at first', () => expect(deploymentStore(state).read()).toBeUndefined());

  it('gives back what it was given, to its owner only', () => {
    deploymentStore(state).write(document);
    expect(deploymentStore(state).read()).toEqual(document);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('forgets the deployment with its drives, and nothing else', () => {
    const store = deploymentStore(state);
    store.write(document);
    mkdirSync(join(store.vmsDirectory, 'W_IN_0', 'E'), { recursive: true });
    writeFileSync(join(state, 'kept'), '');
    store.remove();
    store.remove();
    expect([store.read(), readdirSync(state)]).toEqual([undefined, ['kept']]);
  });

  it.each([
    ['half of it', JSON.stringify(document).slice(0, 100)],
    ['nothing', ''],
    ['another format', JSON.stringify({ ...document, formatVersion: 2 })],
    ['an id that could lead to another folder', JSON.stringify({ ...document, id: '../../../../home/user/anything12' })],
    ['a life that there is not', JSON.stringify({ ...document, lifecycle: 'paused' })],
    ['no instances', JSON.stringify({ ...document, instances: undefined })],
    ['endless instances', JSON.stringify({ ...document, instances: Array.from({ length: 1_001 }, () => 'x') })],
    ['null', 'null'],
  ])('refuses a document that holds %s, and names the way out', (_what, text) => {
    writeFileSync(file(), text);
    const failure = (() => {
      try {
        return deploymentStore(state).read();
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({ code: 'RV5001', message: expect.stringContaining(file()), mend: expect.stringContaining(state) });
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('refuses a document that it may not read', () => {
    writeFileSync(file(), JSON.stringify(document));
    chmodSync(file(), 0);
    expect(() => deploymentStore(state).read()).toThrow('cannot be read');
  });
});
