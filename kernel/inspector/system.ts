import { linuxInspectors } from './linux.ts';
import { lsofInspectors } from './lsof.ts';
import type { InspectorSystem } from './types.ts';
import { windowsInspectors } from './windows.ts';

/** The inspectors of the system underneath. */
export const inspectors: InspectorSystem =
  process.platform === 'linux' ? linuxInspectors : process.platform === 'win32' ? windowsInspectors : lsofInspectors;
