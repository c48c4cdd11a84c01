import * as z from 'zod/mini';

const path = z.string().check(z.minLength(1), z.maxLength(4_096));

/**
 * What `rolevm up` has decided, handed to the process that runs the emulator as JSON in the environment variable
 * `ROLEVM_EMULATOR_OPTIONS`. Paths are absolute.
 */
export const emulatorOptions = z.object({
  /** A service folder, a .csx folder or a .cspkg file. */
  servicePath: path,
  /** `Local`, `Cloud` or the path of a .cscfg file; without it the service's own choice. */
  configuration: z.optional(path),
  stateDirectory: path,
  /** Where the emulator's own logs go. */
  logsDirectory: path,
  /** How many times faster than Azure time passes; more than 0. */
  speed: z.number().check(z.positive()),
  /** Started in the background: output goes to a file and nobody presses Ctrl-C. */
  detach: z.boolean(),
  /** How rolevm is to be typed where `up` was called, for commands to copy: `npx rolevm` in a clone. */
  command: path,
  /** The state directory was named by the user, so that commands to copy must name it too. */
  stateNamed: z.boolean(),
  colour: z.boolean(),
  /** Undoes what is copied over a file that a role host holds: Windows would have refused it. */
  strictLocks: z.optional(z.boolean()),
  /** Prints the feed as one JSON object a line instead of text. */
  json: z.boolean(),
  /** A person sits in front of the terminal. */
  interactive: z.boolean(),
});
export type EmulatorOptions = z.infer<typeof emulatorOptions>;

export const emulatorOptionsVariable = 'ROLEVM_EMULATOR_OPTIONS';
