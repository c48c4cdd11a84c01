import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import type { ParentLink } from './parent-link.ts';

/** Ends this process once its reports have left it; a parent that is gone or stuck does not hold it up. */
export function exitWhenTold(link: ParentLink<never>, code: number): void {
  const end = () => process.exit(code);
  link.drain(end);
  setTimeout(end, emulatorMs.lastReports);
}
