export { breakIn, isBrokenInto, letGo } from './break-in.ts';
export { NoInspectorError, openInspector } from './open-inspector.ts';
export { connectInspector, type InspectorSession } from './session.ts';
export type { InspectorTarget } from './types.ts';
