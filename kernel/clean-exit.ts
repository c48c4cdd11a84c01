/** Ends this process once the report has left it; a parent that is gone or stuck does not hold it up. */
export function exitAfter(send: (then: () => void) => void, code: number): void {
  const end = () => process.exit(code);
  send(end);
  setTimeout(end, reportGraceMs).unref();
}

/** Real milliseconds: a pipe to a stopped parent may be full. */
const reportGraceMs = 1_000;
