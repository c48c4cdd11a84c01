import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openShared = places(afterAll);
const openPlace = places(afterEach);
let place: Place;
let up: RunningEmulator;
beforeAll(async () => {
  place = openShared('programs');
  up = place.up({ timings: { stableReadyMs: 0 } });
  await up.story.status('Node_IN_0', 'ReadyRole');
  await up.story.status('Told_IN_0', 'ReadyRole');
});

/** Lets the program of the role Told end. A rename, so that it never reads half a code. */
function endWith(code: number): void {
  const kept = join(place.file('Told_IN_0', 'C/Resources/Directory'), `${place.deployment().id}.Told.Kept`);
  writeFileSync(join(kept, 'draft'), String(code));
  renameSync(join(kept, 'draft'), join(kept, 'code'));
}

describe('the program of a ProgramEntryPoint', () => {
  it('makes the role Ready by being started', () => {
    const items = up.story.items.filter((item) => item.type !== 'output');
    const program = items.findIndex((item) => item.type === 'process.started' && item.instance === 'Node_IN_0' && item.name === 'node');
    const ready = items.findIndex(
      (item) => item.type === 'status' && item.instance.name === 'Node_IN_0' && item.instance.state === 'ReadyRole',
    );
    expect(program).toBeGreaterThan(0);
    expect(ready).toBeGreaterThan(program);
    expect(up.story.states('Node_IN_0').slice(-2)).toEqual(['BusyRole', 'ReadyRole']);
  });

  it('runs in approot with the variables of the role', async () => {
    const { line } = await up.story.output('Told_IN_0', 'hello from');
    expect(line).toBe(`hello from ${place.file('Told_IN_0', 'E/approot')}`);
  });

  it.each([0, 1, 200])('that ends recycles the role, also with code %i, which the details show', async (code) => {
    const from = up.story.now;
    endWith(code);
    expect(await up.story.ended('Told_IN_0', 'told.js', from)).toMatchObject({ cause: { kind: 'exited', code } });
    const { details } = await up.story
      .item('status', ({ instance }) => instance.name === 'Told_IN_0' && instance.details.includes('Last exit'), from)
      .then(({ instance }) => instance);
    expect(details).toMatch(
      new RegExp(`^Role has encountered an error and has stopped\\. Exited with error code ${code}\\. Last exit time: \\[.+\\]\\.$`),
    );
    await up.story.status('Told_IN_0', 'ReadyRole', from);
    expect(up.story.states('Told_IN_0', from)).toEqual(['RestartingRole', 'CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole']);
  });

  it('may end with a code of 32 bits', async () => {
    const told = await up.story.item('status', ({ instance }) => instance.name === 'Wide_IN_0' && instance.details.includes('Last exit'));
    expect(told.instance.details).toContain('Exited with error code 3010.');
  });

  it('that does not exist recycles the role, and the details say where it was looked for', async () => {
    const told = await up.story.item(
      'status',
      ({ instance }) => instance.name === 'Missing_IN_0' && instance.details.includes('Last exit'),
    );
    expect(told.instance.details).toMatch(
      /^Role has encountered an error and has stopped\. "nowhere\.exe" was found neither in E:\\approot nor on the PATH \(0x80070002\)\. Last exit time/,
    );
    expect(up.story.states('Missing_IN_0')).not.toContain('ReadyRole');
  });

  it('has no OnStop: it ends with the job when the role is recycled', async () => {
    const from = up.story.now;
    expect((await place.rolevm('recycle', '--instance', 'Node_IN_0')).exitCode).toBe(0);
    expect((await up.story.ended('Node_IN_0', 'node', from)).cause.kind).toBe('jobClosed');
    await up.story.status('Node_IN_0', 'ReadyRole', from);
    expect(up.story.states('Node_IN_0', from)).toEqual(['StoppingRole', 'CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole']);
  });

  it('is refused before anything starts when it is a batch file', async () => {
    const refused = openPlace('programs', (folder) => {
      const definition = join(folder, 'ServiceDefinition.csdef');
      writeFileSync(definition, readFileSync(definition, 'utf8').replace('node serve.js', 'serve.cmd'));
    }).up();
    expect((await refused.keeper).exitCode).toBe(1);
    expect(refused.story.items).toEqual([]);
    expect(JSON.parse(refused.errors()).error).toMatchObject({
      code: 'RV4404',
      diagnostics: [{ code: 'RV1501', message: "ProgramEntryPoint 'serve.cmd' of role 'Node' needs cmd.exe." }],
    });
  });
});
