import { linuxTable } from './linux.ts';
import { psTable } from './ps.ts';
import type { ProcessTable } from './types.ts';
import { windowsTable } from './windows.ts';

/** The process table of the system underneath. */
export const processTable: ProcessTable = process.platform === 'linux' ? linuxTable : process.platform === 'win32' ? windowsTable : psTable;
