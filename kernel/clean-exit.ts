import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import type { ParentLink } from './parent-link.ts';

/** Ends this process once its reports have left it; a parent that is gone or stuck does not hold it up. */
export function exitWhenTold(link: ParentLink<never>, code: number): void {
  const end = () => {
    // Node would wait for every debugger to disconnect first. The function is of Node's own debugger and in no types.
    (process as unknown as { _debugEnd?(): void })._debugEnd?.();
    process.exit(code);
  };
  link.drain(end);
  setTimeout(end, emulatorMs.lastReports);
}
