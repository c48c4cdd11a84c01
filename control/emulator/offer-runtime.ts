import fs from 'node:fs';
import path from 'node:path';
import { writeAtomically } from '../../kernel/write-atomically.ts';

/**
 * Makes `rolevm/runtime` importable for role code, by require and by import: Node looks for packages in the folders above the
 * drives too, and there it finds this one. The drives themselves stay as Azure has them.
 *
 * @param vmsDirectory folder of the VMs
 * @param bundlesDirectory folder that holds runtime.cjs
 */
export function offerRuntime(vmsDirectory: string, bundlesDirectory: string): void {
  const folder = path.join(vmsDirectory, 'node_modules', 'rolevm');
  fs.mkdirSync(folder, { recursive: true });
  fs.copyFileSync(path.join(bundlesDirectory, 'runtime.cjs'), path.join(folder, 'runtime.cjs'));
  writeAtomically(path.join(folder, 'package.json'), `${JSON.stringify({ name: 'rolevm', exports: { './runtime': './runtime.cjs' } })}\n`);
  // Ends Node's search for the package that role code belongs to: no setting of the surroundings changes how it is loaded.
  writeAtomically(path.join(vmsDirectory, 'package.json'), '{"private":true}\n');
}
