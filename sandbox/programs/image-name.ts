import { withoutExe } from '../../contracts/process-names.ts';

/** The name of the program that a command line starts, without folder and without `.exe`: `prepare.js`, `node`. */
export function imageName(commandLine: string): string {
  const program = /^\s*(?:"([^"]+)"|(\S+))/.exec(commandLine);
  return withoutExe((program?.[1] ?? program?.[2] ?? 'program').replace(/^.*[\\/]/, ''));
}
