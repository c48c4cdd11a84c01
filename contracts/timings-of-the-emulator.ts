/**
 * Durations of the emulator itself, in real milliseconds: Azure has none of them, and no speed changes them.
 *
 * M: measured on Linux with Node 20. I: chosen; a value much smaller or larger would be noticed.
 */
export const emulatorMs = {
  /** M: without a further write for so long a copy counts as finished, also a slow one. */
  copySettled: 200,
  copySettledLook: 50,
  /** I: the picture of what runs is shown after this even while tasks are running; a simple task may run for hours. */
  pictureAtTheLatest: 10_000,
  /** M: under npm one Ctrl-C arrives twice, 1 ms apart; one that comes later is another one. */
  sameKey: 500,
  /** I: a wait for the end of a process looks by itself after this: no end is told while the agent is paused. */
  lookForEnd: 500,
  /** I: a kill waits so long for the report of the end. */
  endReported: 1_000,
  /** I: feeds get so long to take their last items before the control server closes. */
  feedsClosed: 2_000,
  /** M: twice what a first agent takes to run; the control server does not wait longer for it. */
  serverAtTheLatest: 250,
  /** I: a living emulator answers in milliseconds, but ending a tree of processes takes it a few seconds. */
  answer: 30_000,
  /** M: a plan reads every file of a drive, 15 s for 100,000 of them, and there may be many instances. */
  planAnswer: 600_000,
  /** I: a played process that ends waits so long for its reports to leave; the pipe to a stopped parent may be full. */
  lastReports: 1_000,
  /** I: a rehearsal that is over does not wait for OnStop's five minutes. */
  rehearsalStopped: 10_000,
  /** I: the keeper has its own time to clean up; an emulator that is there after twice that will not go by itself. */
  emulatorGone: 20_000,
  /** I: unpacking a large package takes seconds; whoever waits longer for a start in the background wants to know what it does. */
  startAwaited: 120_000,
  /** M: killing takes the system milliseconds; what is there after seconds will not go by itself. */
  jobEnded: 5_000,
  /** The keeper's promise is 10 s for everything; removing files takes its part of it. */
  keeperCleaned: 9_000,
  /** I: a bundle has compiled what its start needs by then. */
  bundleStarted: 1_500,
  /** I: a bundle has compiled what its everyday work needs by then. */
  bundleSettled: 30_000,
  /** I: an unfinished file of the code cache that is older belongs to nobody any more. */
  cacheFileAbandoned: 60_000,
  /** I: what `patch --wait` waits unless told: longer than any restart window at speed 1. */
  patchWait: 60_000,
  /** I: a living agent has long begun to end a role by then. */
  eventBegun: 10_000,
  /** I: what `--wait` of an event waits unless told: a usual start and stop, at a speed that brings a host back by then. */
  eventWait: 300_000,
  /** M: 8 ms in a process that idles; one that is just starting takes as long as that. */
  inspectorOpened: 5_000,
  /** I: an inspector that has not shown a new port by then was open before. */
  inspectorWasOpen: 500,
  inspectorLook: 2,
  /** M: 17 to 60 ms; its own thread answers also while the program is busy. */
  inspectorAnswers: 5_000,
  /** I: a connection to the default probe that asks nothing is closed after this; one that asks is answered at once. */
  probeAsked: 5_000,
  /** I: whoever knocks at the door of a VM and asks nothing is sent away after this. */
  doorAsked: 5_000,
  /** I: work holds a timer up by less; one that comes later was waiting in a process that did not run (suspended, or the machine slept). */
  stoodStill: 1_000,
  /** I: how often the guest agent looks whether a role host that outlives its job has ended. */
  lookForSpared: 50,
  /** I: what is written to LocalStorage is counted after this; a storm of writes is counted once. */
  storageLook: 200,
  /** I: how often `logs --follow` looks for logs that did not exist before. */
  newLogs: 500,
} as const;
