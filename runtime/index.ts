/**
 * Base class of a role's entry point, named as in Microsoft.WindowsAzure.ServiceRuntime (AB 3.3).
 *
 * The default export of the module that stands as the role's DLL extends it. Each method may be asynchronous.
 */
export class RoleEntryPoint {
  /**
   * Runs before the role takes work; the instance is Busy meanwhile, for as long as it takes.
   *
   * @returns true to go on to `run`; false ends the role host at once, without Stopping or OnStop
   */
  onStart(): boolean | Promise<boolean> {
    return true;
  }

  /** The role's work; the instance is Ready while it runs. When it returns, the role is recycled in order; when it throws, it has crashed. */
  run(): void | Promise<void> {
    return new Promise(() => {});
  }

  /** Runs when the role is stopped in order; after five minutes the host is killed. */
  onStop(): void | Promise<void> {}
}
