import { describe, expect, it } from 'vitest';
import type { DoorAnswer, ServiceStatus } from '../../../contracts/vm-door.ts';
import type { DoorQuestion } from '../../../sandbox/door/ask-door.ts';
import { parseSc } from '../../../sandbox/tools/sc/parse-sc.ts';
import { sc } from '../../../sandbox/tools/sc/sc.ts';

const cache: ServiceStatus = {
  name: 'Cache',
  displayName: 'The cache',
  binPath: 'node E:\\approot\\cache.js',
  start: 'auto',
  createdAt: '',
  state: 'running',
  win32ExitCode: 0,
  pid: 4711,
};

/** Runs `sc` against a VM that answers so. */
async function run(words: readonly string[], answer: DoorAnswer | Error = { done: true, services: [cache] }) {
  const said = { out: '', notes: [] as string[], asked: [] as DoorQuestion[] };
  const code = await sc(words, {
    ask: async (question) => {
      said.asked.push(question);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    print: (text) => {
      said.out += text;
    },
    note: (text) => said.notes.push(text),
  });
  return { code, ...said };
}

describe('the words of sc', () => {
  const create = { verb: 'create', name: 'Cache', binPath: 'node c.js', start: 'auto', notPlayed: [] };

  it.each([
    ['the blank behind =', ['create', 'Cache', 'binPath=', 'node c.js', 'start=', 'auto']],
    ['without it, as current releases take it', ['create', 'Cache', 'binPath=node c.js', 'start=auto']],
    ['in any case', ['CREATE', 'Cache', 'BINPATH=', 'node c.js', 'Start=', 'AUTO']],
    ['with a server', ['\\\\localhost', 'create', 'Cache', 'binPath=', 'node c.js', 'start=', 'auto']],
    ['a delayed start', ['create', 'Cache', 'binPath=', 'node c.js', 'start=', 'delayed-auto']],
    ['what is so in any case', ['create', 'Cache', 'binPath=', 'node c.js', 'start=', 'auto', 'type=', 'own', 'obj=', 'LocalSystem']],
  ])('are understood: %s', (_, words) => {
    expect(parseSc(words)).toEqual(create);
  });

  it('start a service on demand unless they say more', () => {
    expect(parseSc(['create', 'C', 'binPath=', 'x', 'displayname=', 'D'])).toEqual({
      verb: 'create',
      name: 'C',
      binPath: 'x',
      start: 'demand',
      displayName: 'D',
      notPlayed: [],
    });
  });

  it('name what a service depends on with slashes between; a slash alone is nothing', () => {
    expect(parseSc(['create', 'C', 'binPath=', 'x', 'depend=', 'WAS/HTTP'])).toMatchObject({ dependsOn: ['WAS', 'HTTP'], notPlayed: [] });
    expect(parseSc(['config', 'C', 'depend=', '/'])).toEqual({ verb: 'config', name: 'C', dependsOn: [], notPlayed: [] });
  });

  it('keep a value that looks like an option', () => {
    expect(parseSc(['create', 'C', 'binPath=', 'start='])).toMatchObject({ binPath: 'start=', start: 'demand' });
    expect(parseSc(['create', 'C', 'binPath=', 'x --a=b', 'start=', 'auto'])).toMatchObject({ binPath: 'x --a=b', start: 'auto' });
  });

  it('name what is not played, a password not in clear', () => {
    const words = ['config', 'C', 'group=', 'Web', 'obj=', 'me', 'password=', 'secret'];
    expect(parseSc(words)).toEqual({ verb: 'config', name: 'C', notPlayed: ['group= Web', 'obj= me', 'password= …'] });
  });

  it.each([
    [[]],
    [['explode']],
    [['create']],
    [['create', 'C']],
    [['create', 'C', 'binPath=']],
    [['create', 'C', 'binPath=', 'x', 'start=', 'boot']],
    [['create', 'C', 'binPath=', 'x', 'colour=', 'red']],
    [['create', 'C', 'binPath=', 'x', 'auto']],
    [['create', 'binPath=', 'x']],
    [['start']],
    [['config', 'C']],
    [['query', 'state=', 'ill']],
  ])('are not understood: %j', async (words) => {
    const { code, asked, out } = await run(words);
    expect({ code, asked }).toEqual({ code: 1639, asked: [] });
    expect(out).toContain('USAGE:\n        sc <server>');
  });
});

describe('sc', () => {
  it.each([
    [[], '        DEPENDENCIES       : \n'],
    [['WAS', 'HTTP'], '        DEPENDENCIES       : WAS\n                           : HTTP\n'],
  ])('shows what a service depends on: %j', async (dependsOn, text) => {
    const { out } = await run(['qc', 'Cache'], { done: true, services: [{ ...cache, dependsOn }] });
    expect(out).toContain(text);
  });

  it.each([
    [['create', 'Cache', 'binPath=', 'x'], '[SC] CreateService SUCCESS\n'],
    [['delete', 'Cache'], '[SC] DeleteService SUCCESS\n'],
    [['config', 'Cache', 'start=', 'demand'], '[SC] ChangeServiceConfig SUCCESS\n'],
  ])('says of success what Windows says: %j', async (words, out) => {
    expect(await run(words)).toMatchObject({ code: 0, out });
  });

  it.each<[string[], string, number, string, string]>([
    [['create', 'C', 'binPath=', 'x'], 'CreateService', 1073, 'CreateService', 'The specified service already exists.'],
    [['create', 'C', 'binPath=', 'x'], 'OpenSCManager', 5, 'OpenSCManager', 'Access is denied.'],
    [['start', 'C'], 'StartService', 1056, 'StartService', 'An instance of the service is already running.'],
    [['start', 'C'], 'OpenService', 1060, 'StartService: OpenService', 'The specified service does not exist as an installed service.'],
    [['stop', 'C'], 'ControlService', 1062, 'ControlService', 'The service has not been started.'],
    [['stop', 'C'], 'OpenService', 1060, 'OpenService', 'The specified service does not exist as an installed service.'],
    [
      ['query', 'C'],
      'OpenService',
      1060,
      'EnumQueryServicesStatus:OpenService',
      'The specified service does not exist as an installed service.',
    ],
    [['delete', 'C'], 'DeleteService', 1072, 'DeleteService', 'The specified service has been marked for deletion.'],
  ])('%j that fails in %s with %i says so and ends with that code', async (words, call, code, shown, text) => {
    const answer = { done: false, call, code } as DoorAnswer;
    expect(await run(words, answer)).toMatchObject({ code, out: `[SC] ${shown} FAILED ${code}:\n\n${text}\n\n`, notes: [] });
  });

  it('adds what Windows would not say, and what it has not done, apart from it', async () => {
    const failed = await run(['start', 'C'], { done: false, call: 'StartService', code: 2, detail: '"x" was not found.' });
    expect(failed).toMatchObject({ code: 2, notes: ['"x" was not found.'] });
    const { notes } = await run(['create', 'C', 'binPath=', 'x', 'group=', 'Web']);
    expect(notes).toEqual(['"group= Web" is not played: services run as LocalSystem, one a process.']);
  });

  it('is 1722 when the VM does not answer', async () => {
    const { code, out, notes } = await run(['query'], new Error('The VM does not run.'));
    expect({ code, notes }).toEqual({ code: 1722, notes: ['The VM does not run.'] });
    expect(out).toContain('[SC] OpenSCManager FAILED 1722:\n\nThe RPC server is unavailable.\n');
  });

  it('returns before a service has started, with its pid', async () => {
    const { out } = await run(['start', 'Cache']);
    expect(out).toMatch(/^\nSERVICE_NAME: Cache \n {8}TYPE {15}: 10 {2}WIN32_OWN_PROCESS {2}\n {8}STATE {14}: 2 {2}START_PENDING \n/);
    expect(out).toContain('        PID                : 4711\n');
  });

  it('shows how a service is', async () => {
    const { out, asked } = await run(['query', 'Cache']);
    expect(asked).toEqual([{ type: 'service.query', name: 'Cache' }]);
    expect(out.split('\n')).toEqual([
      '',
      'SERVICE_NAME: Cache ',
      '        TYPE               : 10  WIN32_OWN_PROCESS  ',
      '        STATE              : 4  RUNNING ',
      '                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)',
      '        WIN32_EXIT_CODE    : 0  (0x0)',
      '        SERVICE_EXIT_CODE  : 0  (0x0)',
      '        CHECKPOINT         : 0x0',
      '        WAIT_HINT          : 0x0',
      '',
    ]);
  });

  it('shows how a service has ended', async () => {
    const { pid, ...stopped } = { ...cache, state: 'stopped' as const, win32ExitCode: 1067 };
    const { out } = await run(['queryex', 'Cache'], { done: true, services: [stopped] });
    expect(out).toContain('        STATE              : 1  STOPPED \n        WIN32_EXIT_CODE    : 1067  (0x42b)\n');
    expect(out).toContain('        PID                : 0\n');
  });

  it('lists those that run unless it is asked for others', async () => {
    const services = [cache, { ...cache, name: 'Idle', state: 'stopped' as const }];
    const names = async (...words: readonly string[]) =>
      [...(await run(['query', ...words], { done: true, services })).out.matchAll(/SERVICE_NAME: (\w+) \nDISPLAY_NAME: The cache/g)].map(
        ([, name]) => name,
      );
    expect(await names()).toEqual(['Cache']);
    expect(await names('state=', 'all')).toEqual(['Cache', 'Idle']);
    expect(await names('type=', 'service', 'state=', 'inactive')).toEqual(['Idle']);
  });

  it('shows how a service is registered', async () => {
    const { out } = await run(['qc', 'Cache']);
    expect(out).toMatch(/^\[SC\] QueryServiceConfig SUCCESS\n\nSERVICE_NAME: Cache\n/);
    expect(out).toContain('        START_TYPE         : 2   AUTO_START\n');
    expect(out).toContain('        BINARY_PATH_NAME   : node E:\\approot\\cache.js\n');
    expect(out).toContain('        DISPLAY_NAME       : The cache\n');
  });
});
