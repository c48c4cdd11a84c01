/**
 * The program of a commandLine, as cmd.exe takes it apart: a quoted path, or everything up to a space, a redirection or an operator
 * (AB 5.2, SM 4.5). Quotation marks are not part of it.
 */
export function programOf(commandLine: string): string {
  const line = commandLine.trimStart();
  const quoted = /^"([^"]*)"?/.exec(line);
  return quoted?.[1] ?? /^[^\s<>|&]*/.exec(line)?.[0] ?? '';
}
