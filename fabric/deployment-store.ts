import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { agentVersionForm } from '../contracts/agent-version.ts';
import type { DeploymentDocument } from '../contracts/deployment.ts';
import { UserError } from '../contracts/diagnostic.ts';
import { vmEvents } from '../contracts/events.ts';
import { snapshotNameForm } from '../contracts/snapshot.ts';
import { writeAtomically } from '../kernel/write-atomically.ts';

const text = z.string().check(z.maxLength(4_096));
const count = z.int().check(z.nonnegative());
const numbered = z.object({
  n: count,
  name: z.enum(vmEvents),
  snapshot: z.optional(z.string().check(z.regex(snapshotNameForm))),
  agentVersion: z.optional(agentVersionForm),
});
const hostGoal = z.object({
  incarnation: count,
  expectedState: z.enum(['Started', 'Stopped']),
  roleGeneration: count,
  power: z.enum(['on', 'off']),
  event: z.optional(numbered),
  earlier: z.optional(z.array(numbered).check(z.maxLength(1_000))),
});

/** `deployment.json`, and what a snapshot keeps of it. */
export const deploymentForm = z.object({
  formatVersion: z.literal(1),
  id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  serviceName: text,
  servicePath: text,
  configurationPath: text,
  packageDigest: text,
  createdAt: text,
  lifecycle: z.enum(['running', 'stopped', 'restored']),
  instances: z.array(text).check(z.maxLength(1_000)),
  goals: z.optional(z.record(text, hostGoal)),
  nodes: z.optional(z.record(text, text)),
});

/** Where the fabric keeps its deployment: a document in the state directory, so that it outlives the emulator. */
export interface DeploymentStore {
  /** @throws UserError when the document is there and cannot be read */
  read(): DeploymentDocument | undefined;
  /** @throws UserError when there is no room for it, or no right; the former one is still there then */
  write(document: DeploymentDocument): void;
  remove(): void;
  /** Path of the document. */
  readonly file: string;
  /** Folder of the VMs. */
  readonly vmsDirectory: string;
}

/** @param stateDirectory absolute path, existing */
export function deploymentStore(stateDirectory: string): DeploymentStore {
  const file = path.join(stateDirectory, 'deployment.json');
  const vmsDirectory = path.join(stateDirectory, 'vms');
  return {
    file,
    vmsDirectory,
    read: () => {
      if (!fs.existsSync(file)) return undefined;
      try {
        return deploymentForm.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
      } catch {
        throw new UserError('RV5001', `the stored deployment ${file} cannot be read`, `delete the folder ${stateDirectory} to begin anew`);
      }
    },
    write: (document) => {
      try {
        writeAtomically(file, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code ?? String(error);
        throw new UserError('RV5002', `${file} cannot be written (${reason})`, 'make room on its disk; what was asked for has not begun');
      }
    },
    remove: () => {
      fs.rmSync(vmsDirectory, { recursive: true, force: true });
      fs.rmSync(file, { force: true });
    },
  };
}
