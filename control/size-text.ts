const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `712 bytes`, `4.2 MB`: with one digit behind the point, in powers of 1,024. */
export function sizeText(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1_024 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1_024 ** power).toFixed(1)} ${units[power]}`;
}

/** `1 file`, `2,134 files`. */
export function filesText(files: number): string {
  return `${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}`;
}
