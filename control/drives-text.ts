/** What happened to drives, one half of a sentence: `C: and D: made anew`, `C:, D: and E: put back to snapshot before`. */
export function drivesText({ rebuilt, snapshot }: { readonly rebuilt: readonly string[]; readonly snapshot?: string | undefined }): string {
  const letters = rebuilt.map((letter) => `${letter}:`);
  const all = letters.length > 2 ? `${letters.slice(0, -1).join(', ')} and ${letters.at(-1)}` : letters.join(' and ');
  return `${all} ${snapshot === undefined ? 'made anew' : `put back to snapshot ${snapshot}`}`;
}
