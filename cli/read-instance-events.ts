import type { StoredVm } from '../control/stored-vms.ts';
import { type EventEntry, isEventEntry } from '../logs/event-entry.ts';
import { readEvents } from '../logs/read-events.ts';
import { tailDirectory } from '../logs/tail-directory.ts';
import { toHostPath } from '../sandbox/drive-path.ts';

export interface InstanceEvent extends EventEntry {
  readonly instance: string;
}

/** The events of all VMs, oldest first. */
export async function instanceEvents(vms: readonly StoredVm[]): Promise<readonly InstanceEvent[]> {
  const each = await Promise.all(
    vms.map(async (vm) => (await readEvents(eventDirectory(vm))).map((event) => ({ instance: vm.instance, ...event }))),
  );
  return each.flat().sort((a, b) => a.time.localeCompare(b.time));
}

/** Gives the events there are, oldest first, then each one as it is written, until the process ends. */
export function followEvents(vms: readonly StoredVm[], put: (event: InstanceEvent) => void): void {
  const backlog: InstanceEvent[] = [];
  let isBacklog = true;
  for (const vm of vms) {
    const { instance } = vm;
    const onLine = (line: string) => {
      const event = parsed(line);
      if (event !== undefined && isBacklog) backlog.push({ instance, ...event });
      else if (event !== undefined) put({ instance, ...event });
    };
    tailDirectory(eventDirectory(vm), onLine, { filter: (name) => name.endsWith('.jsonl') });
  }
  isBacklog = false;
  for (const event of backlog.sort((a, b) => a.time.localeCompare(b.time))) put(event);
}

/** A role can write into its drives what it likes: what is no event is passed over. */
function parsed(line: string): EventEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEventEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function eventDirectory(vm: StoredVm): string {
  return toHostPath(vm.root, 'D:\\Windows\\System32\\winevt\\Logs');
}
