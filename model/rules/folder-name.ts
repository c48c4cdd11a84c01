const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Whether a name can be the name of one folder on Windows. Names of roles, stores and modules become folders on the role's drives,
 * and Azure PowerShell refuses them likewise (SM 2); no such name leads elsewhere.
 */
export function isFolderName(name: string): boolean {
  if (name.length > 200 || /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}]/u.test(name)) return false;
  return name.trim() === name && !/^$|\.$/.test(name) && !reserved.test(name);
}
