import {
  done,
  failed,
  failureText,
  freshRun,
  type HotpatchActors,
  type HotpatchInput,
  hotpatchWords,
  late,
  notNeeded,
  refused,
  shortHash,
} from './hotpatch.words.ts';

/**
 * The procedure of a hot patch in its seven steps (S0, AB 11), one state a step. Each has a deadline, whose expiry says what was awaited
 * from whom. In the mode `debugger` nobody ends the job while the agent stands still, so the role host is killed by hand at once.
 */
export function hotpatchMachine(actors: HotpatchActors, input: HotpatchInput) {
  const { mode, now } = input;
  return hotpatchWords(actors, input).createMachine({
    id: 'hotpatch',
    context: freshRun,
    initial: 'staging',
    on: {
      'feed.ended': { actions: { type: 'mark', params: { feedEnded: true } } },
      'feed.item': { actions: { type: 'observe', params: ({ event }) => event.item } },
      interrupt: { target: '.ended', actions: { type: 'mark', params: { interrupted: true } } },
    },
    output: ({ context }) => context,
    states: {
      staging: {
        invoke: {
          src: 'stage',
          onDone: {
            target: mode === 'debugger' ? 'breakingIn' : 'killing',
            actions: { type: 'over', params: ({ event }) => done(1, event.output) },
          },
          onError: refused(1),
        },
        after: {
          stageMs: late(1, 'the file system has not finished the copy to C: in time'),
        },
      },
      breakingIn: {
        invoke: {
          src: 'breakIn',
          onDone: 'killing',
          onError: refused(2),
        },
        after: {
          breakInMs: late(2, 'the emulator has not broken into WindowsAzureGuestAgent in time'),
        },
      },
      killing: {
        entry: { type: 'mark', params: () => ({ killedAt: now() }) },
        invoke: {
          src: 'killBootstrapper',
          onDone: {
            target: mode === 'debugger' ? 'killingHost' : 'hostGoing',
            actions: [
              { type: 'over', params: ({ event }) => done(2, event.output) },
              ...(mode === 'debugger'
                ? [{ type: 'over', params: notNeeded(3, 'nobody ends the job while WindowsAzureGuestAgent stands still') } as const]
                : []),
            ],
          },
          onError: refused(2),
        },
        after: {
          killMs: late(2, 'the system has not ended WaHostBootstrapper in time'),
        },
      },
      hostGoing: {
        invoke: {
          src: 'hostGone',
          onDone: {
            target: 'copying',
            actions: [
              { type: 'mark', params: () => ({ hostGoneAt: now() }) },
              { type: 'over', params: ({ event }) => done(3, event.output) },
              { type: 'over', params: notNeeded(4, 'the role host has gone with its job') },
            ],
          },
          onError: refused(3),
        },
        after: {
          hostGoneMs: {
            target: 'killingHost',
            actions: {
              type: 'over',
              params: done(3, 'WindowsAzureGuestAgent should have ended the job by now, but the role host is still there'),
            },
          },
        },
      },
      killingHost: {
        invoke: {
          src: 'killHost',
          onDone: {
            target: 'copying',
            actions: [
              { type: 'mark', params: () => ({ hostGoneAt: now(), byHand: true }) },
              { type: 'over', params: ({ event }) => done(4, event.output) },
            ],
          },
          onError: refused(4),
        },
        after: {
          killMs: late(4, 'the system has not ended the role host in time'),
        },
      },
      copying: {
        invoke: {
          src: 'copy',
          onDone: {
            target: mode === 'debugger' ? 'detaching' : 'awaitingBootstrapper',
            actions: [
              { type: 'mark', params: ({ event }) => ({ copiedAt: now(), backup: event.output.backup }) },
              { type: 'over', params: ({ event }) => done(5, event.output.text) },
            ],
          },
          onError: refused(5),
        },
        after: {
          copyMs: late(5, 'the emulator has not finished the copy in time'),
        },
      },
      detaching: {
        invoke: {
          src: 'detach',
          onDone: 'awaitingBootstrapper',
          onError: refused(6),
        },
        after: {
          detachMs: late(6, 'the emulator has not let WindowsAzureGuestAgent go on in time'),
        },
      },
      // What the agent does is told by the feed, also while the copy is still being made.
      awaitingBootstrapper: {
        always: [
          { guard: 'hasFailed', target: 'startFailed' },
          { guard: 'bootstrapperStarted', target: 'awaitingReady' },
          { guard: 'nothingTold', target: 'emulatorGone' },
        ],
        after: {
          restartMs: late(6, 'WindowsAzureGuestAgent has not started WaHostBootstrapper again in time'),
        },
      },
      awaitingReady: {
        always: [
          { guard: 'hasFailed', target: 'startFailed' },
          { guard: 'isReady', target: 'testing', actions: { type: 'over', params: done(6, 'the role is Ready again') } },
          { guard: 'nothingTold', target: 'emulatorGone' },
        ],
        after: {
          readyMs: late(6, 'WaHostBootstrapper was started again, but its startup tasks and OnStart have not come to Ready'),
        },
      },
      startFailed: {
        always: {
          target: 'ended',
          actions: { type: 'over', params: ({ context }) => failed(6, failureText(context.start.failure)) },
        },
      },
      emulatorGone: { always: late(6, 'the emulator has ended meanwhile') },
      testing: {
        invoke: {
          src: 'readVersion',
          onDone: [
            {
              guard: ({ event }) => event.output.isFix,
              target: 'steady',
              actions: { type: 'mark', params: ({ event }) => ({ running: event.output.sha256 }) },
            },
            {
              target: 'ended',
              actions: [
                { type: 'mark', params: ({ event }) => ({ running: event.output.sha256 }) },
                { type: 'over', params: ({ event }) => failed(7, event.output.text) },
              ],
            },
          ],
          onError: refused(7),
        },
        after: {
          testMs: late(7, 'the role host has not told in time what it has loaded'),
        },
      },
      steady: {
        always: {
          guard: 'hasFailed',
          target: 'ended',
          actions: {
            type: 'over',
            params: ({ context }) => failed(7, `the new version has fallen over: ${failureText(context.start.failure)}`),
          },
        },
        after: {
          steadyMs: {
            target: 'ended',
            actions: {
              type: 'over',
              params: ({ context }) => done(7, `the new version runs, ${shortHash(context.running)}, and stays Ready`),
            },
          },
        },
      },
      ended: { type: 'final' },
    },
  });
}
