import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { FeedItem } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { takesSignIns } from './guest-account.ts';
import type { SessionProgram } from './session-program.ts';

/**
 * Runs the program of a session in the user's terminal until it ends, or until the VM is off: then it is hung up, as a connection to a
 * machine that shuts down.
 *
 * @param feed of the emulator, opened before the instance's state was asked for
 * @returns the exit code; 128 and the number of the signal for one that was killed
 * @throws UserError RV6606 when the program cannot be started
 */
export async function runSession(instance: string, program: SessionProgram, feed: AsyncIterable<FeedItem>): Promise<number> {
  const child = spawn(program.file, [...program.args], { cwd: program.cwd, env: program.env, stdio: 'inherit' });
  // Keys reach the whole foreground group; the program decides what they mean.
  const ignore = () => {};
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, ignore);
  const hangUp = (why: string) => {
    process.stderr.write(`\nThe session on ${instance} has ended: ${why}.\n`);
    child.kill('SIGHUP');
  };
  let over = false;
  void untilOff(instance, feed).then((why) => {
    if (!over) hangUp(why);
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(new UserError('RV6606', `${program.file} cannot be started (${error.code ?? error.message})`, 'name another program')),
      );
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    over = true;
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.off(signal, ignore);
  }
}

async function untilOff(instance: string, feed: AsyncIterable<FeedItem>): Promise<string> {
  try {
    for await (const item of feed) {
      if (item.type !== 'status' || item.instance.name !== instance) continue;
      if (!takesSignIns(item.instance.state)) return `its VM is ${item.instance.state}`;
    }
  } catch {
    // The emulator is gone, in whatever way.
  }
  return 'the emulator has ended';
}
