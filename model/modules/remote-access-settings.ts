export const remoteAccessNamespace = 'Microsoft.WindowsAzure.Plugins.RemoteAccess';

/** The account that RemoteAccess makes in the guest, or why there is none. */
export type RemoteAccess =
  | { readonly allowed: true; readonly userName: string; readonly expires: Date }
  | { readonly allowed: false; readonly why: 'disabled' | 'expired' | 'invalid'; readonly reason: string; readonly mend: string };

/**
 * Judges the settings of the module RemoteAccess (SM 6). The password is looked at for its form only: the private key that opens it
 * never is on this machine.
 *
 * @param settings of the role under their full names
 * @param now wall-clock milliseconds since 1970
 */
export function remoteAccessOf(settings: readonly { readonly name: string; readonly value: string }[], now: number): RemoteAccess {
  const settingOf = (name: string) => settings.find((setting) => setting.name === `${remoteAccessNamespace}.${name}`)?.value.trim() ?? '';
  if (settingOf('Enabled').toLowerCase() !== 'true') {
    return {
      allowed: false,
      why: 'disabled',
      reason: `${remoteAccessNamespace}.Enabled is "${settingOf('Enabled')}"`,
      mend: `Set ${remoteAccessNamespace}.Enabled to "true" in the service configuration.`,
    };
  }
  const userName = settingOf('AccountUsername');
  const flaw = flawOfName(userName);
  if (flaw !== undefined) return invalid('AccountUsername', flaw, 'Give the account a name such as "operator".');
  if (!isEncrypted(settingOf('AccountEncryptedPassword'))) {
    const mend = 'Put the text in that the publishing tool gave for the password; rolevm takes any base64 text, having no key to open it.';
    return invalid('AccountEncryptedPassword', 'is not base64', mend);
  }
  const expiration = settingOf('AccountExpiration');
  const expires = new Date(/^\d{4}-\d\d-\d\d/.test(expiration) ? expiration : Number.NaN);
  const mend = 'Give a day to come, such as 2039-12-31T23:59:59.0000000-08:00.';
  if (Number.isNaN(expires.getTime())) return invalid('AccountExpiration', `is not a time: "${expiration}"`, mend);
  if (expires.getTime() <= now) {
    const reason = `the account ${userName} has expired at ${expires.toISOString()}`;
    return { allowed: false, why: 'expired', reason, mend: `Set ${remoteAccessNamespace}.AccountExpiration anew. ${mend}` };
  }
  return { allowed: true, userName, expires };
}

function invalid(setting: string, flaw: string, mend: string): RemoteAccess {
  return { allowed: false, why: 'invalid', reason: `${remoteAccessNamespace}.${setting} ${flaw}`, mend };
}

/** As Windows names local accounts (W): it becomes the name of a folder as well. */
function flawOfName(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > 20) return 'is longer than the 20 characters of an account';
  return /["/\\[\]:;|=,+*?<>@\p{Cc}]/u.test(name) || /^[. ]+$|[. ]$/.test(name) ? `cannot name an account: "${name}"` : undefined;
}

function isEncrypted(text: string): boolean {
  const packed = text.replaceAll(/\s/g, '');
  return packed.length >= 4 && packed.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(packed);
}
