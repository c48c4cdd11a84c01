import { writeFileSync } from 'node:fs';
import type { Place, RunningEmulator } from './start-emulator.ts';

/** Resolves when the drives of an instance are watched, which begins after its start. */
export async function watched(emulator: RunningEmulator, of: Place, instance: string): Promise<void> {
  const from = emulator.story.now;
  let seen = false;
  const told = emulator.story
    .item('file', (item) => item.instance === instance && item.text.includes('probe'), from)
    .then(() => (seen = true));
  for (let probe = 0; !seen; probe += 1) {
    writeFileSync(of.file(instance, `E/approot/probe${probe}.txt`), '');
    await Promise.race([told, new Promise((resolve) => setTimeout(resolve, lookAgainMs))]);
  }
}

const lookAgainMs = 100;
