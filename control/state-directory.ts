import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';
import { livingEmulators, type RunningEntry } from './running-register.ts';

export interface Surroundings {
  /** What `--state` or ROLEVM_STATE says. */
  readonly named?: string;
  readonly cwd: string;
  /** Folder of rolevm's own package.json. */
  readonly packageRoot: string;
  /** Emulators of this user that are alive; read from the register unless given. */
  readonly running?: () => readonly RunningEntry[];
}

export interface StatePlace {
  readonly stateDirectory: string;
  /** Where the emulator's own logs go. */
  readonly logsDirectory: string;
}

const installedName = '.rolevm';
const barrier = '{"private":true}\n';

/** @returns whether rolevm runs from its own repository rather than from somebody's node_modules */
export function isClone(packageRoot: string): boolean {
  return existsSync(join(packageRoot, '.git')) || !packageRoot.split(sep).includes('node_modules');
}

/**
 * Where `up` keeps the state of a service.
 *
 * @param servicePath absolute; a folder keeps its state inside, a package (.cspkg, .csx) beside it
 */
export function stateForService(surroundings: Surroundings, servicePath: string): StatePlace {
  const own = ownPlace(surroundings);
  if (own !== undefined) return own;
  const inside = !['.cspkg', '.csx'].includes(extname(servicePath).toLowerCase());
  return placeOf(join(inside ? servicePath : dirname(servicePath), installedName));
}

/**
 * Where a command without a service finds the state: as named; the clone's own; the nearest `.rolevm` upwards; the one running emulator.
 *
 * @throws UserError RV4120 when several run and nothing says which, RV4121 when there is none
 */
export function stateForCommand(surroundings: Surroundings): StatePlace {
  const place = placeFound(surroundings);
  if (place !== undefined) return place;
  const running = (surroundings.running ?? livingEmulators)();
  const [only] = running;
  if (only !== undefined && running.length === 1) return placeOf(only.stateDirectory);
  if (running.length > 1) {
    const list = running.map((entry) => `--state ${entry.stateDirectory}`).join(', ');
    throw new UserError('RV4120', `${running.length} emulators are running and none belongs to this folder`, `name one: ${list}`);
  }
  throw new UserError(
    'RV4121',
    'no emulator is running, here or elsewhere',
    'start one with rolevm up SERVICE, or name a state directory with --state DIR',
  );
}

/** As `stateForCommand`, but without the emulators that run elsewhere. @returns undefined when nothing was ever run from here */
export function placeFound(surroundings: Surroundings): StatePlace | undefined {
  const own = ownPlace(surroundings);
  if (own !== undefined && (surroundings.named !== undefined || existsSync(own.stateDirectory))) return own;
  for (let folder = resolve(surroundings.cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, installedName);
    if (existsSync(candidate)) return placeOf(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Creates a state directory, readable for its owner alone.
 *
 * Its package.json ends Node's search for one there, so that role code never takes its module type from a package around the state
 * directory. The same file marks the directory as rolevm's: one that holds something else is left alone.
 *
 * @throws UserError RV4122 when the path cannot be a directory, RV4123 when it is a directory with other content
 */
export function createStateDirectory(path: string): void {
  const marker = join(path, 'package.json');
  try {
    mkdirSync(path, { recursive: true });
    if (readdirSync(path).length > 0) {
      if (existsSync(marker) && readFileSync(marker, 'utf8') === barrier) return;
      throw new UserError('RV4123', `${path} holds files that are not rolevm's`, 'name an empty or a new directory with --state DIR');
    }
    chmodSync(path, 0o700);
    writeFileSync(marker, barrier, { mode: 0o600 });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'RV4122',
      `the state directory ${path} cannot be created: ${(error as Error).message}`,
      'choose another one with --state DIR',
    );
  }
}

function ownPlace({ named, cwd, packageRoot }: Surroundings): StatePlace | undefined {
  if (named !== undefined) return placeOf(resolve(cwd, named));
  if (!isClone(packageRoot)) return undefined;
  return { stateDirectory: join(packageRoot, 'sandbox', 'run'), logsDirectory: join(packageRoot, 'logs', 'run') };
}

function placeOf(stateDirectory: string): StatePlace {
  return { stateDirectory, logsDirectory: join(stateDirectory, 'logs') };
}
