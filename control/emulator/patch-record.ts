import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { writeAtomically } from '../../kernel/write-atomically.ts';

/** `patches.json` in the folder of a VM: what `rolevm patch` has put onto its drives. Its one owner is the emulator. */
const fileName = 'patches.json';

const form = z.object({
  formatVersion: z.literal(1),
  patches: z.array(z.object({ file: z.string(), sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)), at: z.string() })),
});

type Patch = z.infer<typeof form>['patches'][number];

/** The oldest are forgotten. */
const mostPatches = 1_000;

/**
 * Notes a patch. What it says stays true whatever becomes of the drive later: the file is patched as long as it has this content.
 * So it is called before the file is in its place, and nobody takes a patch off the list.
 *
 * @param file drive path
 */
export function notePatch(vmRoot: string, file: string, sha256: string): void {
  const isSame = (patch: Patch) => patch.file === file && patch.sha256 === sha256;
  const others = readPatches(vmRoot).filter((patch) => !isSame(patch));
  const patches = [...others, { file, sha256, at: new Date().toISOString() }].slice(-mostPatches);
  writeAtomically(path.join(vmRoot, fileName), `${JSON.stringify({ formatVersion: 1, patches })}\n`);
}

/** The contents that were put under a name by `rolevm patch`: SHA-256 by drive path in lower case. */
export function patchedContents(vmRoot: string): ReadonlyMap<string, ReadonlySet<string>> {
  const byFile = new Map<string, Set<string>>();
  for (const { file, sha256 } of readPatches(vmRoot)) {
    const key = file.toLowerCase();
    byFile.set(key, (byFile.get(key) ?? new Set()).add(sha256));
  }
  return byFile;
}

/** Nothing runs by this list, so one that somebody has spoilt is as good as none. */
function readPatches(vmRoot: string): readonly Patch[] {
  try {
    return form.parse(JSON.parse(fs.readFileSync(path.join(vmRoot, fileName), 'utf8'))).patches;
  } catch {
    return [];
  }
}
