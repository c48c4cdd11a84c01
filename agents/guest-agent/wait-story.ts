import type { Timings } from '../../contracts/timings.ts';
import type { AzureClock } from '../../kernel/clock.ts';
import { withLastLines } from '../../logs/last-lines.ts';
import type { Log } from '../../logs/open-log.ts';
import { wholeSeconds } from '../../logs/whole-seconds.ts';
import type { GuestAgentTells } from './guest-agent.words.ts';

export interface WaitStory extends Pick<GuestAgentTells, 'silence' | 'answersAgain' | 'overdue'> {
  /** The bootstrapper has given a sign of life. @param pid of one that was started just now */
  heard(pid?: number): void;
}

/**
 * Tells what the guest agent waits for, from whom and for how long, with the last lines of that one: in AppAgentRuntime.log, and to the
 * user what he can do something about.
 *
 * @param notice hears a sentence for the user
 */
export function waitStory(to: {
  readonly timings: Timings;
  readonly clock: AzureClock;
  readonly runtime: Log;
  /** Host path of WaHostBootstrapper.log. */
  readonly bootstrapperLog: string;
  readonly notice: (text: string) => void;
}): WaitStory {
  const { timings, clock, runtime, bootstrapperLog } = to;
  let name = 'WaHostBootstrapper';
  let heardAt = 0;
  let told = false;
  const tell = (text: string) => {
    runtime.warn(text);
    to.notice(text);
  };
  const silence = () => wholeSeconds(clock.now() - heardAt);
  return {
    heard: (pid) => {
      if (pid !== undefined) {
        name = `WaHostBootstrapper (${pid})`;
        told = false;
      }
      heardAt = clock.now();
    },
    silence: (stage) => {
      if (stage === 'late') return runtime.info(`${name} has not answered for ${silence()}.`);
      told = true;
      tell(withLastLines(`${name} has not answered for ${silence()}: it is taken to be busy and waited for.`, bootstrapperLog));
    },
    answersAgain: () => {
      // Told before the answer itself counts as heard.
      const text = `${name} answers again after ${silence()}.`;
      if (told) tell(text);
      else runtime.info(text);
      told = false;
    },
    overdue: (what) => {
      switch (what) {
        case 'prepare':
          return tell(
            `The guest is being prepared for ${wholeSeconds(timings.longWaitMs)}: LocalStorage and C:\\Config are waited for without limit.`,
          );
        case 'stop':
          return tell(withLastLines(`${name} was told to stop and has not answered for ${silence()}; it is killed.`, bootstrapperLog));
        case 'kill':
          return tell(`${name} was killed and has not ended after ${wholeSeconds(timings.hostExitMs)}; its job is ended without it.`);
      }
    },
  };
}
