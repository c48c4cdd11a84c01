import { connectInspector, letGo, NoInspectorError, openInspector } from '../../../kernel/inspector/index.ts';
import { isAlive, killIdentity, type ProcessIdentity } from '../../../kernel/process-table/index.ts';
import { type Fault, struck } from './fault.ts';
import { oneOf, victims } from './victims.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Processes that are Node: a request to open the inspector ends any other. */
const played: readonly string[] = ['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost', 'WaIISHost', 'WaWebHost'];

/**
 * The wall clock jumps and jumps back.
 *
 * The machine's own clock needs an administrator, so it jumps where rolevm reads it: in every process that is played, and in the
 * emulator. Processes that start meanwhile, programs of a role and times of files have the machine's.
 */
export const clocks: readonly Fault[] = [
  {
    kind: 'clock',
    weight: 2,
    strike: async (target, choose) => {
      const offset = choose.pick([-24 * hour, -hour, -90_000, 90_000, hour, 24 * hour]);
      const { pid, startTicks } = target.state();
      const processes = [{ pid, startTicks }, ...(await victims(target)).filter(({ name }) => played.includes(name))];
      const bootstrapper = choose.chance(0.5) ? await oneOf(target, choose, ['WaHostBootstrapper']) : undefined;
      await Promise.all(processes.map((process) => setClock(process, offset)));
      if (bootstrapper !== undefined) killIdentity(bootstrapper, 'SIGKILL');
      await target.wait(choose.between(0, 1_500));
      await Promise.all(processes.map((process) => setClock(process, 0)));
      const meanwhile =
        bootstrapper === undefined ? '' : `, ${bootstrapper.instance}: WaHostBootstrapper (${bootstrapper.pid}) killed meanwhile`;
      return struck(`${offset > 0 ? '+' : '-'}${durationText(Math.abs(offset))} and back in ${processes.length} processes${meanwhile}`);
    },
  },
];

function durationText(ms: number): string {
  return ms < hour ? `${ms / 1_000} s` : `${ms / hour} h`;
}

/** One that ends meanwhile has no clock. */
async function setClock(process: ProcessIdentity, offset: number): Promise<void> {
  try {
    const session = await connectInspector(await openInspector(process));
    await session.call('Runtime.evaluate', { expression: clockJump(offset) });
    await letGo(session);
  } catch (error) {
    if (!(error instanceof NoInspectorError) && isAlive(process)) throw error;
  }
}

/**
 * Source text that puts an offset into the `Date` of whatever process runs it.
 *
 * @param offset milliseconds; 0 puts the machine's clock back
 */
export function clockJump(offset: number): string {
  return `(${jump})(${offset})`;
}

const jump = `(offset) => {
  const real = (globalThis[Symbol.for('rolevm.chaos.Date')] ??= Date);
  const now = () => real.now() + offset;
  globalThis.Date = offset === 0 ? real : new Proxy(real, {
    apply: () => new real(now()).toString(),
    construct: (_, words, target) => Reflect.construct(real, words.length === 0 ? [now()] : words, target),
    get: (_, name) => name === 'now' ? now : real[name],
  });
}`;
