/** What Azure, an operator or the role itself can do to an instance, by the names of every command, plan and report; what each does: AB 6.1. */
export const vmEvents = [
  /** RequestRecycle, a killed bootstrapper: the role starts anew, the VM stays on. */
  'recycle',
  /** `shutdown /r` inside the VM. */
  'reboot',
  /** Reboot Role Instance of the portal and the API. */
  'portal-reboot',
  /** The node loses its power; the fabric brings it back. */
  'power-cycle',
  /** Reimage Role Instance. */
  'reimage',
  /** Rebuild Role Instance, `resources=allLocalDrives`. */
  'rebuild',
  /** In-place upgrade to another package. */
  'upgrade',
  /** Service healing: the instance goes to another node. */
  'migrate',
  'stop',
  'start',
  /** Host OS update. */
  'update-host',
  /** Guest OS update. */
  'update-guest',
  /** WaAppAgent installs another WindowsAzureGuestAgent. */
  'update-agent',
] as const;

export type VmEventName = (typeof vmEvents)[number];

/** The event a user means, in any case; undefined when there is none. */
export function vmEventNamed(text: string): VmEventName | undefined {
  const wanted = text.toLowerCase();
  return vmEvents.find((name) => name === wanted);
}
