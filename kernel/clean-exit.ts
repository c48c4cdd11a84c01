import type { ParentLink } from './parent-link.ts';

/** Ends this process once its reports have left it; a parent that is gone or stuck does not hold it up. */
export function exitWhenTold(link: ParentLink<never>, code: number): void {
  const end = () => process.exit(code);
  link.drain(end);
  setTimeout(end, reportGraceMs);
}

/** Real milliseconds: the pipe to a stopped parent may be full. */
const reportGraceMs = 1_000;
