import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type DeploymentDocument, deploymentMarker } from '../../contracts/deployment.ts';
import type { DeploymentStore } from '../../fabric/deployment-store.ts';
import { endOrphans } from '../../kernel/job-object/index.ts';
import { eventFates } from '../../sandbox/drive-fate.ts';
import type { LoadedService } from './load-service.ts';

export interface OpenedDeployment {
  readonly document: DeploymentDocument;
  readonly rebuild: { readonly windows: boolean; readonly role: boolean };
  /** The goals of a deployment whose emulator was killed: what it had begun is brought to its end. */
  readonly goals: NonNullable<DeploymentDocument['goals']>;
  /** Sentences for the user: what was found and cleaned. */
  readonly notices: readonly string[];
}

/**
 * Goes on with the stored deployment of the same service, or makes a new one.
 *
 * After an orderly end this is Stop and Start: C: and D: stay, E: is made anew from the package. A deployment that was still
 * running when its emulator died has had a power loss: C: and E: stay, D: is made anew (AB 6.1, node power cycle), and with E: a
 * hot patch; unless the package has changed meanwhile.
 */
export async function openDeployment(store: DeploymentStore, service: LoadedService, servicePath: string): Promise<OpenedDeployment> {
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
    instances: service.model.roles.flatMap((role) => Array.from({ length: role.instanceCount }, (_, index) => `${role.name}_IN_${index}`)),
  };
  store.write(document);
  removeFormerInstances(store, document);
  const started = !same || found.lifecycle === 'stopped';
  const fate = eventFates[started ? 'start' : 'power-cycle'];
  const rebuild = { windows: fate.D === 'rebuilt', role: fate.roleDrive === 'rebuilt' };
  if (started) return { document, rebuild, goals: {}, notices };
  const changed = found.packageDigest !== packageDigest;
  notices.push(
    changed
      ? 'the package has changed since: C: is as it was, D: and E: are made anew'
      : 'C: and E: are as they were, D: is made anew (node power cycle)',
  );
  return { document, rebuild: { ...rebuild, role: rebuild.role || changed }, goals: found.goals ?? {}, notices };
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
