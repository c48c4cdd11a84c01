import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa, type Subprocess } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../fixtures/cli/build-cli.ts';
import { expectGone } from './gone.ts';

let cli: BuiltCli;
let started: Subprocess[];
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.remove());
beforeEach(() => {
  started = [];
});
afterEach(async () => {
  for (const subprocess of started) subprocess.kill('SIGKILL');
  await Promise.allSettled(started);
});

function start(program: string, args: readonly string[], cwd: string): Subprocess {
  const subprocess = execa(process.execPath, [program, ...args], { cwd, env: cli.env, extendEnv: false, reject: false, stdin: 'ignore' });
  started.push(subprocess);
  return subprocess;
}

/** Resolves when the output so far matches. */
function printed(subprocess: Subprocess, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  return new Promise((resolve, reject) => {
    subprocess.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const found = pattern.exec(text);
      if (found !== null) resolve(found);
    });
    subprocess.stdout?.once('end', () => reject(new Error(`the output ended without ${pattern}:\n${text}`)));
  });
}

function newService(name: string): string {
  const service = join(cli.root, name);
  mkdirSync(service, { recursive: true });
  writeFileSync(join(service, 'ServiceDefinition.csdef'), '');
  return service;
}

describe('rolevm up in a terminal', () => {
  it('of a clone runs the sample and shows commands that work as they are', async () => {
    const clone = join(cli.root, 'clone');
    const up = start(cli.cloneProgram, ['up'], clone);
    const [shown] = await printed(
      up,
      /Try in another terminal:\n {2}npx rolevm ps\n {2}npx rolevm kill WaHostBootstrapper --instance Worker_IN_0\n/,
    );
    expect(shown).toContain('npx rolevm');
    const ps = await execa(process.execPath, [cli.cloneProgram, 'ps', '--json'], {
      cwd: join(clone, 'tally'),
      env: cli.env,
      extendEnv: false,
    });
    expect(JSON.parse(ps.stdout)).toHaveLength(6);
    const state = JSON.parse(readFileSync(join(clone, 'sandbox/run/state.json'), 'utf8'));
    expect(state.service).toBe(join(clone, 'samples/hello-worker'));
    up.kill('SIGTERM');
    expect(await up).toMatchObject({ exitCode: 0 });
    expectGone(state.pid, 'emulator');
    expect(existsSync(join(clone, 'sandbox/run/state.json'))).toBe(false);
  });

  it('prints its story: states in order, no colours into a pipe', async () => {
    const up = start(cli.program, ['up'], newService('story'));
    await printed(up, /Worker_IN_0 +ReadyRole[\s\S]*Worker_IN_1 +ReadyRole/);
    up.kill('SIGINT');
    const { stdout } = await up;
    expect(stdout).toMatch(/stopping in order[\s\S]*StoppedVM[\s\S]*stopped$/);
    expect(stdout).not.toContain('\u001b');
  });

  it('gives each service a state of its own, and asks which when it cannot know', async () => {
    const one = newService('one');
    const two = newService('two');
    const both = [start(cli.program, ['up'], one), start(cli.program, ['up', two], cli.root)];
    await Promise.all(both.map((up) => printed(up, /Try in/)));
    const asked = await cli.run(['status'], { cwd: cli.root });
    expect(asked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('RV4120') });
    for (const service of [one, two]) expect(asked.stderr).toContain(`--state ${join(service, '.rolevm')}`);
    expect(await cli.run(['down', '--state', join(one, '.rolevm')], { cwd: two })).toMatchObject({ exitCode: 0 });
    expect(await cli.run(['status'], { cwd: cli.root })).toMatchObject({ exitCode: 0 });
    expect(await cli.run(['down'], { cwd: two })).toMatchObject({ exitCode: 0 });
    await Promise.all(both);
  });

  it('takes every flag from the environment, and no for an answer', async () => {
    const service = newService('environment');
    const env = { ROLEVM_STATE: join(cli.root, 'named'), ROLEVM_DETACH: '1', ROLEVM_SPEED: '60', ROLEVM_JSON: 'yes' };
    const up = await cli.run(['up'], { cwd: service, env });
    expect(JSON.parse(String(up.stdout)).emulator).toMatchObject({ speed: 60, stateDirectory: join(cli.root, 'named') });
    expect((await cli.run(['status'], { cwd: service, env: { ...env, ROLEVM_JSON: 'no' } })).stdout).toMatch(/^Tally/);
    expect(await cli.run(['down'], { cwd: service, env })).toMatchObject({ exitCode: 0 });
  });
});

describe('followed logs', () => {
  it('go on with lines and files that are written later', async () => {
    const service = newService('follow');
    await cli.run(['up', '--detach'], { cwd: service });
    const logs = join(service, '.rolevm/vms/Worker_IN_0/C/Logs');
    const following = start(cli.program, ['logs', '--follow'], service);
    await printed(following, /Executing Startup Task of Worker_IN_1/);
    const later = printed(following, /Worker_IN_0 0-late.js.log \| written late/);
    mkdirSync(join(logs, 'StartupTasks'));
    writeFileSync(join(logs, 'StartupTasks/0-late.js.log'), 'written late\n');
    await later;
    await cli.run(['down'], { cwd: service });
  });

  it('end without a word when their reader has seen enough', async () => {
    const service = newService('pipe');
    await cli.run(['up', '--detach'], { cwd: service });
    const following = start(cli.program, ['logs', '--follow', '--file', 'WaAppAgent'], service);
    await printed(following, /Heartbeat/);
    following.stdout?.destroy();
    const log = join(service, '.rolevm/vms/Worker_IN_0/C/Logs/WaAppAgent.log');
    const written = setInterval(() => writeFileSync(log, 'one more\n', { flag: 'a' }), 20);
    expect(await following).toMatchObject({ exitCode: 0, stderr: '' });
    clearInterval(written);
    await cli.run(['down'], { cwd: service });
  });
});

describe('the command alone', () => {
  it.each([
    [['--help'], 0],
    [[], 0],
    [['help', 'exit-codes'], 0],
    [['version'], 0],
    [['kil'], 2],
    [['kill'], 2],
    [['wait', 'nowhere'], 2],
    [['up', '--speed', '0'], 2],
    [['up', 'no/such/service'], 2],
    [['ps', 'a', 'b'], 2],
    [['validate', 'no/such/service'], 2],
    [['help', 'nothing'], 2],
    [['status'], 3],
  ])('%j ends with %i, and with a mend when it is an error', async (args, exitCode) => {
    const done = await cli.run(args, { cwd: newService('alone') });
    expect(done.exitCode).toBe(exitCode);
    if (exitCode === 0) expect(done).toMatchObject({ stderr: '', stdout: expect.stringMatching(/./) });
    else expect(done).toMatchObject({ stdout: '', stderr: expect.stringMatching(/^error RV\d{4}: .+\n {2}→ .+$/) });
  });

  it('writes a service that is valid and that nothing is overwritten for', async () => {
    const init = await cli.run(['init', 'tally-service'], { cwd: cli.root });
    expect(init).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Run it: rolevm up tally-service') });
    expect(readFileSync(join(cli.root, 'tally-service/ServiceDefinition.csdef'), 'utf8')).toContain(
      '<ServiceDefinition name="TallyService"',
    );
    expect(await cli.run(['validate', 'tally-service'], { cwd: cli.root })).toMatchObject({ exitCode: 0 });
    expect(await cli.run(['init', 'tally-service'], { cwd: cli.root })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('RV6406'),
    });
  });

  it('says of an invalid service what is wrong and where', async () => {
    await cli.run(['init', 'invalid'], { cwd: cli.root });
    const definition = join(cli.root, 'invalid/ServiceDefinition.csdef');
    writeFileSync(definition, readFileSync(definition, 'utf8').replace('taskType="simple"', 'taskType="complex"'));
    const people = await cli.run(['validate', 'invalid'], { cwd: cli.root });
    expect(people).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^invalid\/ServiceDefinition.csdef:6:\d+: error RV1106 /m) });
    const program = await cli.run(['validate', 'invalid', '--json'], { cwd: cli.root });
    expect(JSON.parse(String(program.stdout))).toMatchObject({
      valid: false,
      diagnostics: expect.arrayContaining([expect.objectContaining({ code: 'RV1106', line: 6 })]),
    });
  });

  it('gives scripts that a shell completes with', async () => {
    const script = String((await cli.run(['completion', 'bash'])).stdout);
    const words = `rolevm() { '${process.execPath}' '${cli.program}' "$@"; }\n${script}\nCOMP_WORDS=(rolevm kill WaH); COMP_CWORD=2; _rolevm; echo "\${COMPREPLY[*]}"`;
    const { stdout } = await execa('bash', ['--norc', '-c', words], { env: cli.env, extendEnv: false });
    expect(stdout).toBe('WaHostBootstrapper');
  });
});
