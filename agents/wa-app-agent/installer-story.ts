import { agentLine } from '../../logs/formats/agent-line.ts';
import { openLog } from '../../logs/open-log.ts';

/** Writes lines into TransparentInstaller.log. Loaded when there is something to tell, which is rare. */
export function writeInstallerLog(file: string, lines: readonly string[]): void {
  const log = openLog({ file, format: agentLine });
  for (const line of lines) log.info(line);
  log.close();
}
