import fs from 'node:fs/promises';
import path from 'node:path';
import { createActor, fromPromise } from 'xstate';
import { type FromService, type ToService, toService } from '../../contracts/links.ts';
import { exitWhenTold } from '../../kernel/clean-exit.ts';
import { openParentLink } from '../../kernel/parent-link.ts';
import { bundleName, vmRootOfThisProcess } from '../../kernel/process-spec.ts';
import { reportOwnProcess } from '../../kernel/report-process.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { waAppAgentMachine } from './wa-app-agent.machine.ts';

process.title = 'WaAppAgent';

const vmRoot = vmRootOfThisProcess();
const vm = readVmDocument(vmRoot);
const layout = driveLayout(vmRoot, vm);
const link = openParentLink<ToService, FromService>({
  accepts: toService,
  onMessage: (message) => actor.send(message),
  onLost: () => actor.send({ type: 'service.stop' }),
});
const actor = createActor(
  waAppAgentMachine(
    {
      installGuestAgent: fromPromise(async () => {
        const program = path.join(layout.guestAgent.host, 'WindowsAzureGuestAgent.exe');
        // Present on every image; put back when somebody has deleted it.
        await fs
          .copyFile(path.join(vm.bundlesDirectory, bundleName('WindowsAzureGuestAgent')), program, fs.constants.COPYFILE_EXCL)
          .catch(() => {});
      }),
    },
    {
      running: () => link.send({ type: 'running' }),
      heartbeat: (n) => link.send({ type: 'heartbeat', n }),
      leave: () => exitWhenTold(link, 0),
    },
  ),
);
actor.subscribe({ error: () => exitWhenTold(link, 70) });
actor.start();
reportOwnProcess({ name: 'WaAppAgent', actor, send: (report) => link.send({ type: 'process', process: report }) });
