/**
 * How long chaos waits for whom, in real milliseconds unless the name says Azure.
 *
 * I: chosen; a value much smaller or larger would be noticed.
 */
export const chaosMs = {
  /** I: the emulator has seen by then that a document of its own is damaged, and has written it anew. */
  writtenAnew: 5_000,
  /** Design, section 3, the keeper's promise: nothing is left of a killed emulator. */
  nothingLeft: 10_000,
  /** I: a VM that is restarted after ten minutes of Azure is waited for only where those are as short as this. */
  longestFuse: 20_000,
  /** I: so much longer it stands still: the restart of the VM ends it before. */
  afterFuse: 1_000,
  /** I: a command has to be answered by then, whatever is going on. */
  answered: 5_000,
  askAgain: 200,
  /** I: how often a feed that was lost is opened again. */
  openAgain: 100,
  /** S0, S1: what a deployment may need after anything, in Azure milliseconds: the ten minutes of a silent guest agent, and a start after that. */
  azureSettled: 900_000,
  /** I: what processes and drives need of the machine underneath. */
  settled: 30_000,
  /** I: two heartbeats without news are rest, and no less than this. */
  shortestQuiet: 200,
  /** I: how often the process table is looked into for what has ended. */
  lookAgain: 25,
} as const;
