/**
 * Looks at `Microsoft.WindowsAzure.Plugins.Diagnostics.ConnectionString`. Nothing is ever sent to where it leads; but a role whose string
 * cannot be read recycled in Azure, which is to be found out here.
 *
 * @param text undefined where the module has no such setting
 * @param emulated what the role is told: as in the emulator of Azure, or as in the cloud
 * @returns a sentence to be told, or undefined
 * @throws Error with one sentence when it is no connection string
 */
export function checkConnectionString(text: string | undefined, emulated: boolean): string | undefined {
  if (text === undefined || text.trim() === '') return 'ConnectionString is empty: in Azure nothing could be transferred.';
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const names = new Map<string, string>();
  for (const part of parts) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(part) ?? [];
    // The text itself is a secret.
    if (name === undefined || value === undefined) throw new Error('ConnectionString is not a list of name=value;name=value');
    names.set(name.trim().toLowerCase(), value.trim());
  }
  if (names.get('usedevelopmentstorage')?.toLowerCase() === 'true') {
    return emulated
      ? undefined
      : 'ConnectionString is UseDevelopmentStorage=true: a role that is deployed with it cannot reach any storage.';
  }
  if ((names.get('accountname') ?? '') === '') throw new Error('ConnectionString has no AccountName');
  if ((names.get('accountkey') ?? '') === '' && !names.has('sharedaccesssignature')) throw new Error('ConnectionString has no AccountKey');
  return undefined;
}
