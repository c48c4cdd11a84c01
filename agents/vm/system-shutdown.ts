import type { DoorAnswer, FailingCall, ShutdownRequest } from '../../contracts/vm-door.ts';
import type { AzureClock } from '../../kernel/clock.ts';

/** Win32 errors of a shutdown (BT 3.14, W). */
const codes = { accessDenied: 5, inProgress: 1115, notInProgress: 1116, scheduled: 1190 } as const;

/** The shutdown of Windows that a program of the VM has asked for: one at a time, after its delay. */
export interface SystemShutdown {
  answer(request: ShutdownRequest): DoorAnswer;
  /** Windows shuts down, whoever wanted it: nothing can be asked for any more, nor called off. */
  begun(): void;
}

export interface SystemShutdownParts {
  readonly clock: AzureClock;
  /** Whether the process with this pid has no more rights than the role's user (AB 5.3). */
  readonly isLimited: (pid: number) => boolean;
  /** Hears a sentence for people: Windows tells who looks at its screen. */
  readonly notice: (text: string) => void;
  /** Its time has come. */
  readonly due: () => void;
}

export function systemShutdown({ clock, isLimited, notice, due }: SystemShutdownParts): SystemShutdown {
  let timer: unknown;
  let isBegun = false;
  const disarm = () => {
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
  };
  const begin = () => {
    disarm();
    isBegun = true;
  };
  const initiate = ({ delay, comment }: Extract<ShutdownRequest, { type: 'shutdown.initiate' }>) => {
    const why = comment === undefined ? '' : `: ${comment.replace(/\p{Cc}+/gu, ' ')}`;
    notice(`Windows was told from inside to restart ${delay === 0 ? 'now' : `in ${delay} s`}${why}`);
    if (delay === 0) {
      begin();
      due();
      return;
    }
    timer = clock.setTimeout(() => {
      begin();
      due();
    }, delay * 1_000);
  };
  return {
    answer: (request) => {
      const call = request.type === 'shutdown.abort' ? 'AbortSystemShutdown' : 'InitiateSystemShutdown';
      if (isLimited(request.asker)) return failed(call, codes.accessDenied);
      if (isBegun) return failed(call, codes.inProgress);
      if (request.type === 'shutdown.initiate') {
        if (timer !== undefined) return failed(call, codes.scheduled);
        initiate(request);
      } else {
        if (timer === undefined) return failed(call, codes.notInProgress);
        disarm();
        notice('The restart of Windows was called off from inside');
      }
      return { done: true, services: [] };
    },
    begun: begin,
  };
}

function failed(call: FailingCall, code: number): DoorAnswer {
  return { done: false, call, code };
}
