import fs from 'node:fs';
import path from 'node:path';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { watchDirectory } from '../../logs/watch-directory.ts';
import type { PluginProcess } from './plugin-process.ts';

/** How the background task of an agent has begun. */
export interface Initialization {
  readonly failed: boolean;
  /** One sentence. */
  readonly text: string;
}

/**
 * Lets the agent's other task go on. What is left lies in RoleTemp, which is emptied before each start of the role, and names the
 * bootstrapper that started both: what an earlier agent has said counts for nobody.
 */
export function tellInitialized(
  agent: Pick<PluginProcess, 'name' | 'layout'>,
  { failed, text }: Initialization,
  starter = process.ppid,
): void {
  writeAtomically(fileOf(agent), `${JSON.stringify({ starter, failed, text })}\n`);
}

/**
 * Waits until the agent that the same bootstrapper has started has said how it began. Nothing limits that, as nothing limits a simple
 * task (AB 4).
 *
 * @throws UserError RV3201 when the system cannot watch the folder
 */
export function untilInitialized(agent: Pick<PluginProcess, 'name' | 'layout'>, starter = process.ppid): Promise<Initialization> {
  const file = fileOf(agent);
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const look = () => {
      const said = read(file);
      if (said?.starter !== starter) return;
      stop();
      resolve({ failed: said.failed, text: said.text });
    };
    stop = watchDirectory(path.dirname(file), look, reject);
    // After the watch is set, so that nothing is said unheard in between.
    look();
  });
}

function fileOf({ name, layout }: Pick<PluginProcess, 'name' | 'layout'>): string {
  return path.join(layout.roleTemp.host, `${name}.initialized.json`);
}

function read(file: string): (Initialization & { readonly starter: number }) | undefined {
  try {
    const { starter, failed, text } = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
    return { starter: Number(starter), failed: failed !== false, text: String(text) };
  } catch {
    return undefined;
  }
}
