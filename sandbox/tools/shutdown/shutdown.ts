import { askOrFail } from '../ask-or-fail.ts';
import type { ToolSurroundings } from '../run-tool.ts';
import { win32ErrorText } from '../win32-error-text.ts';
import { parseShutdown } from './parse-shutdown.ts';

/** Of a command line that is not understood (I). */
const notUnderstood = 1;

/**
 * `shutdown` of Windows: restarts the VM from inside, as `rolevm reboot` does (AB 6.1). In Azure the platform starts a VM again that has
 * shut itself down (I), so /s and /p are no different from /r and /g.
 *
 * @param words those behind `shutdown`
 * @returns the exit code: 0, or the error of Windows (BT 3.14)
 */
export async function shutdown(words: readonly string[], surroundings: ToolSurroundings): Promise<number> {
  const command = parseShutdown(words);
  if (command.verb === 'usage') {
    if (command.not !== undefined) surroundings.note(`"${command.not}" is not played.`);
    surroundings.print(usage);
    return command.asked ? 0 : notUnderstood;
  }
  const answer = await askOrFail(
    surroundings,
    command.verb === 'abort'
      ? { type: 'shutdown.abort' }
      : {
          type: 'shutdown.initiate',
          delay: command.delay,
          ...(command.comment === undefined ? {} : { comment: command.comment }),
        },
  );
  if (answer.done) return 0;
  surroundings.printError(`${win32ErrorText(answer.code)}(${answer.code})\n`);
  return answer.code;
}

const usage = `Usage: shutdown [/s | /sg | /r | /g | /p | /a] [/f] [/t xxx] [/c "comment"] [/d [p|u:]xx:yy]

    /s, /sg, /p  Shut down the computer; the platform starts it again.
    /r, /g       Shut down and restart the computer.
    /a           Abort a system shutdown, during its time-out period.
    /t xxx       Set the time-out period before shutdown to xxx seconds, 0 to 315360000; 30 unless told.
    /c "comment" Comment on the reason for the restart or shutdown, 512 characters.
    /f           Force running applications to close without forewarning users: as any shutdown here does.
    /d           Provide the reason for the restart or shutdown.
`;
