/** What was found to have happened to a file of the application drive. */
export interface FileChange {
  readonly drivePath: string;
  readonly what: 'added' | 'changed' | 'deleted';
  /** When it was done, ISO 8601. It is told later: a copy is waited for until it is finished. */
  readonly changedAt: string;
  /**
   * As far as it can be seen when it is told:
   * - `free`: nobody holds the file, and no restart is due
   * - `in time`: nobody holds it inside the restart window, or the running host has loaded this very version
   * - `refused`: a living process has it loaded, so Windows would have refused the change
   */
  readonly fate: 'free' | 'in time' | 'refused';
  /** Who holds it. */
  readonly holder?: { readonly name: string; readonly pid: number };
  /** What Windows would have refused was undone. */
  readonly undone?: boolean;
}
