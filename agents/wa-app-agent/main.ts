import { createActor, fromPromise } from 'xstate';
import { type FromService, type ToService, toService } from '../../contracts/links.ts';
import { exitWhenTold } from '../../kernel/clean-exit.ts';
import { scaledClock } from '../../kernel/clock.ts';
import { openParentLink } from '../../kernel/parent-link.ts';
import { vmRootOfThisProcess } from '../../kernel/process-spec.ts';
import { reportOwnProcess } from '../../kernel/report-process.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { agentInstaller } from './install-agent.ts';
import { waAppAgentMachine } from './wa-app-agent.machine.ts';

process.title = 'WaAppAgent';

const vmRoot = vmRootOfThisProcess();
const vm = readVmDocument(vmRoot);
const layout = driveLayout(vmRoot, vm);
const installer = agentInstaller(layout, vm.bundlesDirectory);
const link = openParentLink<ToService, FromService>({
  accepts: toService,
  onMessage: (message) => actor.send(message),
  onLost: () => actor.send({ type: 'service.stop' }),
});

/** A log costs more than everything else in this process, and most of its lives have nothing to tell. */
const tell = async (...lines: readonly string[]) => {
  const { writeInstallerLog } = await import('./installer-story.ts');
  writeInstallerLog(layout.transparentInstallerLog.host, lines);
};
/** What cannot be done is tried again every few seconds: the user is told once. */
let toldFailure = '';
let toldLaid = '';

const actor = createActor(
  waAppAgentMachine(
    {
      installGuestAgent: fromPromise(async () => {
        const { version, wasMissing } = await installer.repair();
        if (wasMissing) await tell(`WindowsAzureGuestAgent ${version} was not there and is installed anew.`);
        return version;
      }),
      layVersion: fromPromise(async ({ input: version }) => {
        const present = await installer.lay(version);
        if (version === toldLaid) return;
        toldLaid = version;
        await tell(`WindowsAzureGuestAgent ${version} is laid in ${layout.guestAgentProgram(version).drive}; ${present} is installed.`);
      }),
      switchVersion: fromPromise(async ({ input: version }) => {
        installer.switchTo(version);
        await tell(`Service WindowsAzureGuestAgent is version ${version} now and starts.`);
      }),
    },
    {
      running: (agentVersion) => link.send({ type: 'running', ...(agentVersion === undefined ? {} : { agentVersion }) }),
      heartbeat: (n) => link.send({ type: 'heartbeat', n }),
      laid: (version) => link.send({ type: 'agent.laid', version }),
      stopAgent: () => link.send({ type: 'agent.stop' }),
      startAgent: (version) => link.send({ type: 'agent.start', version }),
      failed: (version, reason) => {
        const text = `WaAppAgent cannot install WindowsAzureGuestAgent ${version}: ${reason}; it tries again.`;
        if (text === toldFailure) return;
        toldFailure = text;
        link.send({ type: 'notice', text });
        void tell(text);
      },
      leave: () => exitWhenTold(link, 0),
    },
    { timings: vm.timings },
  ),
  { clock: scaledClock(vm.speed) },
);
actor.subscribe({ error: () => exitWhenTold(link, 70) });
actor.start();
reportOwnProcess({ name: 'WaAppAgent', actor, send: (report) => link.send({ type: 'process', process: report }) });
