import { describe, expect, it } from 'vitest';
import type { RegisteredService } from '../../../contracts/vm-door.ts';
import { iisreset } from '../../../sandbox/tools/iisreset/iisreset.ts';
import { registered } from '../agents/play-services.ts';
import { playTool } from './play-tool.ts';

const was = registered('WAS');
const w3svc = registered('W3SVC', 'p', { dependsOn: ['WAS'] });
const stopped = '\nAttempting stop...\nInternet services successfully stopped\n';

async function serving(services: readonly RegisteredService[] = [was, w3svc]) {
  const vm = playTool(iisreset, services);
  for (const service of services) await vm.running.start(service);
  vm.taken();
  return { ...vm, states: () => services.map(({ name }) => `${name} ${vm.state(name)}`) };
}

describe('iisreset', () => {
  it.each([[], ['/restart'], ['-RESTART']])('%s stops W3SVC and WAS and starts WAS only: the trap of Azure', async (...words) => {
    const { run, states, taken } = await serving();
    expect(await run(words)).toEqual({
      code: 0,
      out: `${stopped}Attempting start...\nInternet services successfully restarted\n`,
      err: '',
      notes: [],
    });
    expect(states()).toEqual(['WAS running', 'W3SVC stopped']);
    expect(taken().filter((line) => /SIGTERM|runs/.test(line))).toEqual(['SIGTERM to W3SVC', 'SIGTERM to WAS', 'WAS runs p']);
  });

  it('starts W3SVC too where it starts with Windows, as elsewhere', async () => {
    const { run, states } = await serving([was, { ...w3svc, start: 'auto' }]);
    await run([]);
    expect(states()).toEqual(['WAS running', 'W3SVC running']);
  });

  it('stops whatever else depends on them', async () => {
    const { run, states } = await serving([was, w3svc, registered('FTP', 'p', { dependsOn: ['was'] })]);
    expect(await run(['/stop'])).toMatchObject({ code: 0, out: stopped });
    expect(states()).toEqual(['WAS stopped', 'W3SVC stopped', 'FTP stopped']);
  });

  it('stops what is stopped and starts what runs without complaint', async () => {
    const { run } = await serving();
    await run(['/stop']);
    expect(await run(['/stop'])).toMatchObject({ code: 0, out: stopped });
    for (let times = 0; times < 2; times += 1)
      expect(await run(['/start'])).toMatchObject({ code: 0, out: '\nAttempting start...\nInternet services successfully started\n' });
  });

  it('tells the status of both', async () => {
    const { run } = await serving([was, { ...w3svc, start: 'disabled' }]);
    await run([]);
    expect((await run(['/status'])).out).toBe(
      '\nStatus for Windows Process Activation Service ( WAS ) : Running\nStatus for World Wide Web Publishing Service ( W3SVC ) : Stopped\n',
    );
  });

  it('fails with 1060 where there is no IIS', async () => {
    expect(await (await serving([])).run([])).toMatchObject({
      code: 1060,
      out: '\nRestart attempt failed.\nThe specified service does not exist as an installed service. (2147943460, 80070424)\n',
    });
  });

  it('says why it cannot start them', async () => {
    const { run } = await serving([registered('WAS', 'p', { start: 'disabled' })]);
    expect(await run([])).toMatchObject({
      code: 1058,
      out: expect.stringMatching(
        /^\nAttempting stop\.\.\.\n.*\nAttempting start\.\.\.\nRestart attempt failed\.\n.*\(2147943458, 80070422\)\n$/,
      ),
    });
  });

  it('is denied to whoever is limited, and nothing is stopped', async () => {
    const { run, asked, states } = await serving();
    asked.isLimited = true;
    const { code, out } = await run([]);
    expect([code, out.split('\n')[1]]).toEqual([5, 'Access denied, you must be an administrator of the remote computer to use this']);
    expect(states()).toEqual(['WAS running', 'W3SVC running']);
  });

  it('says what it does not play', async () => {
    const { run } = await serving();
    const { notes, code } = await run(['/noforce', '/timeout:5']);
    expect([code, notes.map((note) => note.split(' ')[0])]).toEqual([0, ['"/noforce"', '"/timeout:5"']]);
  });

  it.each([
    [['/?'], 0],
    [['/reboot'], 87],
    [['/stop', '/start'], 87],
    [['server', '/stop'], 87],
  ])('told %j shows how it is used and ends with %i', async (words, code) => {
    const { run, states } = await serving();
    const said = await run(words);
    expect([said.code, said.out.split('\n')[1]]).toEqual([code, 'Usage:']);
    expect(states()).toEqual(['WAS running', 'W3SVC running']);
  });
});
