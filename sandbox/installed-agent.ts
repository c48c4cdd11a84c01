import * as z from 'zod/mini';
import { agentVersionForm, imageAgentVersion } from '../contracts/agent-version.ts';
import type { DriveLayout } from './drive-layout.ts';
import { readDocument } from './read-document.ts';

const form = z.object({ version: agentVersionForm });
const mostBytes = 10_000;

/**
 * The version of WindowsAzureGuestAgent that is installed in a VM, as `GuestAgent.json` on D: says, which WaAppAgent keeps.
 *
 * @returns the image's where the document is missing or spoiled: a D: that was made anew has no other
 */
export function installedAgent(layout: Pick<DriveLayout, 'guestAgentDocument'>): string {
  return agentDocument(layout)?.version ?? imageAgentVersion;
}

/** Undefined when it is not there or is none. */
export function agentDocument({ guestAgentDocument }: Pick<DriveLayout, 'guestAgentDocument'>): { readonly version: string } | undefined {
  try {
    return readDocument(guestAgentDocument.host, form, mostBytes);
  } catch {
    return undefined;
  }
}
