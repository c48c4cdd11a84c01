import { describe, expect, it } from 'vitest';
import { parseShutdown } from '../../../sandbox/tools/shutdown/parse-shutdown.ts';
import { shutdown } from '../../../sandbox/tools/shutdown/shutdown.ts';
import { playTool } from './play-tool.ts';

describe('the words of shutdown', () => {
  const shutDown = (delay: number, comment?: string) => ({ verb: 'shutDown', delay, comment });

  it.each([
    [['/r', '/t', '0'], shutDown(0)],
    [['-r', '-t', '0', '-f'], shutDown(0)],
    [['/R'], shutDown(30)],
    [['/s', '/f', '/t', '5', '/c', 'New certificates', '/d', 'p:2:4'], shutDown(5, 'New certificates')],
    [['/p'], shutDown(0)],
    [['/g', '/T', '315360000'], shutDown(315_360_000)],
    [['/a'], { verb: 'abort' }],
    [[], { verb: 'usage', asked: true }],
    [['/r', '/?'], { verb: 'usage', asked: true }],
    [['/r', '/m', '\\\\other'], { verb: 'usage', asked: false, not: '/m' }],
  ])('%j are understood', (words, command) => {
    expect(parseShutdown(words)).toEqual(command);
  });

  it.each([
    [['/r', '/s']],
    [['/t', '0']],
    [['/r', '/t']],
    [['/r', '/t', 'soon']],
    [['/r', '/t', '-1']],
    [['/r', '/t', '315360001']],
    [['/r', '/c', 'x'.repeat(513)]],
    [['restart']],
  ])('%j are not', (words) => {
    expect(parseShutdown(words)).toEqual({ verb: 'usage', asked: false });
  });
});

describe('shutdown', () => {
  it('restarts Windows now, or when its time has come, without a word', async () => {
    const { run, notices, clock } = playTool(shutdown);
    expect(await run(['/r', '/t', '5', '/c', 'why'])).toEqual({ code: 0, out: '', err: '', notes: [] });
    clock.advance(4_999);
    expect(notices).toEqual(['Windows was told from inside to restart in 5 s: why']);
    clock.advance(1);
    expect(notices.at(-1)).toBe('due');
  });

  it('calls it off', async () => {
    const { run, notices, clock } = playTool(shutdown);
    expect(await run(['/a'])).toMatchObject({
      code: 1116,
      err: 'Unable to abort the system shutdown because no shutdown was in progress.(1116)\n',
    });
    await run(['/s']);
    expect(await run(['/r', '/t', '0'])).toMatchObject({ code: 1190, err: 'A system shutdown has already been scheduled.(1190)\n' });
    expect((await run(['/a'])).code).toBe(0);
    clock.advance(60_000);
    expect(notices).not.toContain('due');
  });

  it('is refused while Windows shuts down', async () => {
    const { run } = playTool(shutdown);
    await run(['/r', '/t', '0']);
    expect(await run(['/r', '/t', '0'])).toMatchObject({ code: 1115, err: 'A system shutdown is in progress.(1115)\n' });
  });

  it('is denied to whoever is limited', async () => {
    const { run, asked, notices } = playTool(shutdown);
    asked.isLimited = true;
    expect(await run(['/r', '/t', '0'])).toMatchObject({ code: 5, err: 'Access is denied.(5)\n' });
    expect(notices).toEqual([]);
  });

  it('has nobody to ask where the VM is off', async () => {
    const { run, asked } = playTool(shutdown);
    asked.isOff = true;
    expect(await run(['/r'])).toMatchObject({ code: 1722, err: 'The RPC server is unavailable.(1722)\n', notes: ['The VM does not run.'] });
  });

  it.each([
    [['/?'], 0, []],
    [['/h'], 1, ['"/h" is not played.']],
    [['/x'], 1, []],
  ])('told %j shows how it is used and ends with %i', async (words, code, notes) => {
    const said = await playTool(shutdown).run(words);
    expect([said.code, said.notes, said.out.split(' ')[0]]).toEqual([code, notes, 'Usage:']);
  });
});
