import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type DeploymentDocument, deploymentMarker } from '../../contracts/deployment.ts';
import type { VmEventName } from '../../contracts/events.ts';
import type { DeploymentStore } from '../../fabric/deployment-store.ts';
import { endOrphans } from '../../kernel/job-object/index.ts';
import { finishRestore } from '../snapshot/finish-restore.ts';
import type { LoadedService } from './load-service.ts';

export interface OpenedDeployment {
  readonly document: DeploymentDocument;
  /** What has happened to every instance since the last emulator had them. */
  readonly events: readonly VmEventName[];
  /** The goals that the last emulator pursued: what it had begun is brought to its end. */
  readonly goals: NonNullable<DeploymentDocument['goals']>;
  /** Sentences for the user: what was found and cleaned. */
  readonly notices: readonly string[];
}

/**
 * Finds out what was here. The document is written with the goals of the instances: before that nothing has begun.
 *
 * Goes on with the stored deployment of the same service, or makes a new one. One that was put back to a snapshot goes on with the drives
 * as they are.
 *
 * After an orderly end this is Stop and Start: C: and D: stay, E: is made anew from the package. A deployment that was still
 * running when its emulator died has had a power loss: C: and E: stay, D: is made anew (AB 6.1, node power cycle), and with E: a
 * hot patch; unless the package has changed meanwhile.
 */
export async function openDeployment(store: DeploymentStore, service: LoadedService, servicePath: string): Promise<OpenedDeployment> {
  await finishRestore(path.dirname(store.file));
  const found = store.read();
  const notices: string[] = [];
  if (found?.lifecycle === 'running') notices.push(await cleanAfterPowerLoss(found));
  const same = found !== undefined && found.servicePath === servicePath && found.serviceName === service.model.definition.name;
  if (found !== undefined && !same) {
    notices.push(`the deployment of ${found.serviceName} that was here is deleted, drives included`);
    store.remove();
  }
  const packageDigest = service.packaged.digest;
  const document: DeploymentDocument = {
    formatVersion: 1,
    id: same ? found.id : randomBytes(16).toString('hex'),
    serviceName: service.model.definition.name,
    servicePath,
    configurationPath: path.resolve(service.configurationPath),
    packageDigest,
    createdAt: same ? found.createdAt : new Date().toISOString(),
    lifecycle: 'running',
    ...(same && found.nodes !== undefined ? { nodes: found.nodes } : {}),
    instances: service.model.roles.flatMap((role) => Array.from({ length: role.instanceCount }, (_, index) => `${role.name}_IN_${index}`)),
  };
  removeFormerInstances(store, document);
  if (!same) return { document, events: ['start'], goals: {}, notices };
  const goals = found.goals ?? {};
  if (found.lifecycle === 'stopped') return { document, events: ['start'], goals: startedAgain(goals), notices };
  const changed = found.packageDigest !== packageDigest;
  if (found.lifecycle === 'restored') {
    notices.push(`the drives are those of a snapshot${changed ? '; the package has changed since, and E: is as it was' : ''}`);
    return { document, events: [], goals: startedAgain(goals), notices };
  }
  notices.push(
    changed
      ? 'the package has changed since: C: is as it was, D: and E: are made anew'
      : 'C: and E: are as they were, D: is made anew (node power cycle)',
  );
  return { document, events: changed ? ['power-cycle', 'start'] : ['power-cycle'], goals, notices };
}

/** `up` starts every instance of a deployment that had ended in order, those too that were stopped by themselves. */
function startedAgain(goals: OpenedDeployment['goals']): OpenedDeployment['goals'] {
  return Object.fromEntries(Object.entries(goals).map(([name, goal]) => [name, { ...goal, expectedState: 'Started' }]));
}

async function cleanAfterPowerLoss(found: DeploymentDocument): Promise<string> {
  const jobs = await endOrphans({ RoleDeploymentID: found.id });
  const services = await endOrphans({ [deploymentMarker]: found.id });
  const ended = [...jobs, ...services].map(({ name, pid }) => `${name} (${pid})`);
  const left = ended.length === 0 ? 'no process was left of it' : `ended what was left of it: ${ended.join(', ')}`;
  return `the emulator of deployment ${found.id} had ended without stopping it, as in a power loss; ${left}`;
}

/** Instances that the configuration does not have any more are deleted with their drives. */
function removeFormerInstances(store: DeploymentStore, document: DeploymentDocument): void {
  if (!fs.existsSync(store.vmsDirectory)) return;
  const kept = new Set([...document.instances, 'node_modules', 'package.json']);
  for (const name of fs.readdirSync(store.vmsDirectory)) {
    if (!kept.has(name)) fs.rmSync(path.join(store.vmsDirectory, name), { recursive: true, force: true });
  }
}
