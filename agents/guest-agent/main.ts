import path from 'node:path';
import { createActor, fromPromise } from 'xstate';
import {
  type FromBootstrapper,
  type FromService,
  fromBootstrapper,
  type ToBootstrapper,
  type ToService,
  toService,
} from '../../contracts/links.ts';
import { exitWhenTold } from '../../kernel/clean-exit.ts';
import { scaledClock } from '../../kernel/clock.ts';
import { endJob } from '../../kernel/job-object/index.ts';
import { openParentLink } from '../../kernel/parent-link.ts';
import { processLogic } from '../../kernel/process-logic.ts';
import { playedProcess, vmRootOfThisProcess } from '../../kernel/process-spec.ts';
import { reportOwnProcess } from '../../kernel/report-process.ts';
import { adoptOrphansSoon, becomeSubreaper } from '../../kernel/subreaper/index.ts';
import { openEventLog } from '../../logs/event-log.ts';
import { agentLine } from '../../logs/formats/agent-line.ts';
import { openLog } from '../../logs/open-log.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import { watchStorage } from '../../sandbox/quota/watch-storage.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { agentStory } from './agent-story.ts';
import { answerProbe } from './answer-probe.ts';
import { openRuntimeLog } from './container-story.ts';
import { guestAgentMachine } from './guest-agent.machine.ts';
import { hostWatch } from './host-watch.ts';
import { integrationComponents } from './integration-components.ts';
import { prepareGuest } from './prepare-guest.ts';
import { storageStory } from './storage-story.ts';

process.title = 'WindowsAzureGuestAgent';

const vmRoot = vmRootOfThisProcess();
const vm = readVmDocument(vmRoot);
const layout = driveLayout(vmRoot, vm);
/** The letter of the role's drive may be another one at each start of the role (AB 6.1). */
let role = { vm, layout };
const clock = scaledClock(vm.speed);
const runtime = openRuntimeLog(layout.appAgentRuntimeLog.host);
const health = openLog({ file: layout.waAppAgentLog.host, format: agentLine });
const events = openEventLog({ directory: layout.eventLogs.host, writer: 'WindowsAzureGuestAgent' });
const marker = { RoleDeploymentID: vm.deploymentId, RoleInstanceID: vm.instanceId };

const link = openParentLink<ToService, FromService>({
  accepts: toService,
  onMessage: (message) => actor.send(message),
  // The host is gone, which is a power loss: the VM does not outlive it.
  onLost: () => actor.send({ type: 'service.stop' }),
});
const story = agentStory({ vm, clock, health, runtime, events, link, bootstrapperLog: layout.bootstrapperLog.host });
const hosts = hostWatch();
const warnUser = (text: string) => {
  runtime.warn(text);
  link.send({ type: 'notice', text });
};
const probe = answerProbe(vm.defaultProbe, story.isReady, (text) => {
  runtime.error(text);
  link.send({ type: 'notice', text });
});

// Before the first bootstrapper there is nothing in the job: what a former agent left in its own, the VM has ended (AB 1.2).
let jobIsOpen = false;
// A subreaper has every member below it; looking for the marker in each process of the machine would take longer than the rest.
const scopeOfJob = () => (becomeSubreaper() ? {} : { marker });

const storage = storageStory(runtime, link);
let endQuotas = () => {};
const watchQuotas = () => {
  endQuotas();
  endQuotas = watchStorage(role.layout, role.vm, storage);
};

const machine = guestAgentMachine(
  {
    prepareGuest: fromPromise(() => {
      const now = readVmDocument(vmRoot);
      role = { vm: now, layout: driveLayout(vmRoot, now) };
      return prepareGuest(role.vm, role.layout, { info: runtime.info, warn: warnUser }).then(watchQuotas);
    }),
    bootstrapper: vm.image === undefined ? realBootstrapper() : integrationComponents(probe.open),
    endJob: fromPromise(async ({ input: { spareHost } }) => {
      const spared = spareHost ? story.roleHosts() : [];
      const exclude = spared.map(({ pid }) => pid);
      if (jobIsOpen) await endJob({ ...scopeOfJob(), exclude }).then((ended) => story.jobEnded(ended, spareHost), story.jobNotEnded);
      return spared;
    }),
    hostGone: fromPromise(({ input, signal }) => hosts.gone(input, story.outlivingEnded, signal)),
  },
  {
    ...story,
    bootstrapperStarted: (process) => {
      jobIsOpen = true;
      adoptOrphansSoon(hosts.reaped);
      story.bootstrapperStarted(process);
      probe.open();
    },
    // A VM role has none.
    bootstrapperEnded: vm.image === undefined ? story.bootstrapperEnded : () => {},
    leave: () => leave(0),
  },
  { timings: vm.timings, now: clock.now },
);
const actor = createActor(machine, { clock });

function realBootstrapper() {
  return processLogic<ToBootstrapper, FromBootstrapper>({
    accepts: fromBootstrapper,
    whenStopped: 'leave',
    launch: () =>
      playedProcess({
        name: 'WaHostBootstrapper',
        program: path.join(role.layout.base.host, 'WaHostBootstrapper.exe'),
        bundlesDirectory: vm.bundlesDirectory,
        codeCacheDirectory: vm.codeCacheDirectory,
        vmRoot,
        env: { PATH: process.env['PATH'] ?? '', ...marker },
        cwd: role.layout.roleRoot.host,
        detached: true,
      }),
  });
}

function leave(code: number): void {
  story.leave();
  exitWhenTold(link, code);
}

actor.subscribe({
  error: (error) => {
    runtime.error(`Internal error: ${error instanceof Error ? error.stack : String(error)}`);
    leave(70);
  },
});
/** It has a folder of its own on D:. */
const version = path.basename(path.dirname(process.argv[1] ?? '')).replace(/^GuestAgent_/, '');
runtime.info(`WindowsAzureGuestAgent starting. Version ${version}. Machine ${vm.machineName}, role ${vm.deploymentId}.${vm.instanceId}.`);
actor.start();
reportOwnProcess({
  name: 'WindowsAzureGuestAgent',
  actor,
  select: (value) => (typeof value === 'object' ? (value['role'] ?? value) : value),
  send: (report) => link.send({ type: 'process', process: report }),
});
link.send({ type: 'running' });

const sayHealth = () => {
  story.healthLine();
  clock.setTimeout(sayHealth, vm.timings.agentLogMs);
};
sayHealth();
