import { describe, expect, it } from 'vitest';
import type { RegisteredService } from '../../../contracts/vm-door.ts';
import { net } from '../../../sandbox/tools/net/net.ts';
import { registered } from '../agents/play-services.ts';
import { playTool } from './play-tool.ts';

const was = registered('WAS', 'p', { displayName: 'Windows Process Activation Service' });
const w3svc = registered('W3SVC', 'p', { displayName: 'World Wide Web Publishing Service', dependsOn: ['WAS'] });

async function running(services: readonly RegisteredService[], ...names: readonly string[]) {
  const vm = playTool(net, services);
  for (const name of names) await vm.run(['start', name]);
  vm.taken();
  return vm;
}

describe('net start', () => {
  it('starts a service by its name or display name, in any case, with what it depends on', async () => {
    const vm = await running([w3svc, was]);
    expect(await vm.run(['START', 'w3svc'])).toEqual({
      code: 0,
      out: 'The World Wide Web Publishing Service service is starting.\nThe World Wide Web Publishing Service service was started successfully.\n\n',
      err: '',
      notes: [],
    });
    expect(vm.taken().filter((line) => line.includes('runs'))).toEqual(['WAS runs p', 'W3SVC runs p']);
    expect((await vm.run(['stop', 'world wide web publishing service'])).code).toBe(0);
    expect((await vm.run(['start', 'World Wide Web Publishing Service'])).code).toBe(0);
  });

  it.each<[string, readonly string[], readonly RegisteredService[], string]>([
    [
      'that runs',
      ['start', 'WAS'],
      [was],
      'The requested service has already been started.\n\nMore help is available by typing NET HELPMSG 2182.\n\n',
    ],
    [
      'that is not there',
      ['start', 'WMSVC'],
      [was],
      'The service name is invalid.\n\nMore help is available by typing NET HELPMSG 2185.\n\n',
    ],
    [
      'that is disabled',
      ['start', 'Off'],
      [was, registered('Off', 'p', { start: 'disabled' })],
      'System error 1058 has occurred.\n\nThe service cannot be started, either because it is disabled or because it has no enabled devices associated with it.\n\n',
    ],
    [
      'whose program is missing',
      ['start', 'Lost'],
      [was, registered('Lost', 'missing')],
      'System error 2 has occurred.\n\nThe system cannot find the file specified.\n\n',
    ],
  ])('ends with 2 for a service %s', async (_, words, services, err) => {
    const vm = await running(services, 'WAS');
    expect(await vm.run(words)).toMatchObject({ code: 2, out: '', err });
  });

  it('alone names what runs, in the order of the alphabet', async () => {
    const vm = await running([w3svc, was, registered('Cache')], 'W3SVC');
    expect(await vm.run(['start'])).toMatchObject({
      code: 0,
      out: 'These Windows services are started:\n\n   Windows Process Activation Service\n   World Wide Web Publishing Service\n\nThe command completed successfully.\n\n',
    });
  });

  it('is denied to whoever is limited, and has nobody to ask where the VM is off', async () => {
    const vm = await running([was]);
    vm.asked.isLimited = true;
    expect(await vm.run(['start', 'WAS'])).toMatchObject({ code: 2, err: 'System error 5 has occurred.\n\nAccess is denied.\n\n' });
    vm.asked.isOff = true;
    expect(await vm.run(['start'])).toMatchObject({
      code: 2,
      err: 'System error 1722 has occurred.\n\nThe RPC server is unavailable.\n\n',
      notes: ['The VM does not run.'],
    });
  });
});

describe('net stop', () => {
  it('stops a service and returns when it has stopped', async () => {
    const vm = await running([was], 'WAS');
    expect(await vm.run(['stop', 'was'])).toMatchObject({
      code: 0,
      out: 'The Windows Process Activation Service service is stopping.\nThe Windows Process Activation Service service was stopped successfully.\n\n',
    });
    expect(vm.state('WAS')).toBe('stopped');
  });

  it('waits for one that does not listen until the machine has killed it', async () => {
    const vm = await running([registered('Deaf', 'deaf')], 'Deaf');
    const stopping = vm.run(['stop', 'Deaf']);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(vm.state('Deaf')).toBe('stopPending');
    vm.clock.advance(20_000);
    expect((await stopping).code).toBe(0);
  });

  it.each([
    ['is not started', 'WAS', 'The Windows Process Activation Service service is not started.', 3521],
    ['is not there', 'WMSVC', 'The service name is invalid.', 2185],
  ])('ends with 2 for a service that %s', async (_, name, text, message) => {
    const vm = await running([was]);
    expect(await vm.run(['stop', name])).toMatchObject({
      code: 2,
      err: `${text}\n\nMore help is available by typing NET HELPMSG ${message}.\n\n`,
    });
  });

  it('asks before it stops what depends on a service: nobody answers in a startup task, and nothing is stopped', async () => {
    const vm = await running([was, w3svc], 'W3SVC');
    const { code, out, err } = await vm.run(['stop', 'was']);
    expect(out).toBe(
      'The following services are dependent on the Windows Process Activation Service service.\n' +
        'Stopping the Windows Process Activation Service service will also stop these services.\n\n' +
        '   World Wide Web Publishing Service\n\n' +
        'Do you want to continue this operation? (Y/N) [N]: ',
    );
    expect([code, err, vm.state('WAS'), vm.state('W3SVC')]).toEqual([2, '\nNo valid response was provided.\n', 'running', 'running']);
    expect((await vm.run(['stop', 'was'], ['n'])).code).toBe(2);
    expect((await vm.run(['stop', 'was', '/n'])).code).toBe(2);
    expect(vm.state('W3SVC')).toBe('running');
  });

  it.each([
    ['/y', ['/y'], []],
    ['a yes', [], ['Y']],
  ])('stops those that depend on it before it with %s', async (_, more, input) => {
    const top = registered('Top', 'p', { dependsOn: ['W3SVC', 'was'] });
    const vm = await running([was, w3svc, top], 'Top');
    expect((await vm.run(['stop', 'WAS', ...more], input)).code).toBe(0);
    expect(vm.taken().filter((line) => line.startsWith('SIGTERM'))).toEqual(['SIGTERM to Top', 'SIGTERM to W3SVC', 'SIGTERM to WAS']);
  });
});

describe('net', () => {
  it.each([[[]], [['stop']], [['start', 'World', 'Wide']], [['start', 'was', '/z']], [['user', 'x', '/add']]])(
    'ends with 1 and its syntax when it is told %j',
    async (words) => {
      const { code, out, err, notes } = await playTool(net).run(words);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/^The syntax of this command is:\n\nNET/);
      expect(notes).toEqual(words[0] === 'user' ? ['"net user" is not played.'] : []);
    },
  );
});
