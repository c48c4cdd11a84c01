export { onKeeperLost, type ToKeeper, tellKeeper } from './link.ts';
export { type KeeperOptions, runUnderKeeper } from './run-under-keeper.ts';
