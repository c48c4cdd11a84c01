import { bootstrapperLine } from './formats/bootstrapper-line.ts';
import { keepFormer } from './keep-former.ts';
import { type Log, openLog } from './open-log.ts';

/**
 * Opens WaHostBootstrapper.log as each bootstrapper does: a file of its own, while those of earlier starts are kept as
 * `WaHostBootstrapper.log.old.<nnn>`, the highest number the youngest (AB 7.1).
 *
 * @param file host path of WaHostBootstrapper.log
 */
export function openBootstrapperLog(file: string, options: { readonly pid?: number; readonly now?: () => number } = {}): Log {
  keepFormer(file, `${file}.old.`);
  return openLog({ ...options, file, format: bootstrapperLine });
}
