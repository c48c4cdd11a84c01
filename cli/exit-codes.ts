import { UserError } from '../contracts/diagnostic.ts';

/** What the command's exit status means; documented, and kept from version to version. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  timedOut: 4,
  fault: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The table of `rolevm help exit-codes`. */
export const exitCodeTable: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.ok, 'done; for validate: the service is valid'],
  [exitCodes.failed, 'what was asked could not be done, or the service is invalid'],
  [exitCodes.usage, 'the command line is not understood'],
  [exitCodes.notRunning, 'no emulator is running, it ended meanwhile, or it cannot be reached'],
  [exitCodes.timedOut, 'what was waited for did not happen in time'],
  [exitCodes.fault, 'a fault of rolevm itself'],
  [exitCodes.interrupted, 'broken off by Ctrl-C'],
];

const usageCodes = /^RV62\d\d$|^RV4120$/;
const notRunningCodes = /^RV4101$|^RV4102$|^RV4105$|^RV4121$/;
const timedOutCodes = /^RV6401$/;

/** The exit code for an error that ends the command. */
export function exitCodeFor(error: unknown): ExitCode {
  if (!(error instanceof UserError)) return exitCodes.fault;
  if (usageCodes.test(error.code)) return exitCodes.usage;
  if (notRunningCodes.test(error.code)) return exitCodes.notRunning;
  return timedOutCodes.test(error.code) ? exitCodes.timedOut : exitCodes.failed;
}
