/** What `iisreset` is told to do. */
export type IisresetCommand =
  | { readonly verb: 'restart' | 'stop' | 'start' | 'status'; readonly notPlayed: readonly string[] }
  /** `asked`: nothing else was wanted. */
  | { readonly verb: 'usage'; readonly asked: boolean };

/** Takes the words behind `iisreset` apart: `/` and `-` are the same, and so is any case (W). There is one machine. */
export function parseIisreset(words: readonly string[]): IisresetCommand {
  const verbs = new Set<'restart' | 'stop' | 'start' | 'status'>();
  const notPlayed: string[] = [];
  for (const word of words) {
    const option = /^[/-](\S+)$/.exec(word)?.[1]?.toLowerCase() ?? '';
    if (option === '?') return { verb: 'usage', asked: true };
    if (option === 'restart' || option === 'stop' || option === 'start' || option === 'status') verbs.add(option);
    else if (option === 'noforce' || /^timeout:\d{1,9}$/.test(option)) notPlayed.push(`/${option}`);
    else return { verb: 'usage', asked: false };
  }
  const [verb = 'restart', another] = verbs;
  return another === undefined ? { verb, notPlayed } : { verb: 'usage', asked: false };
}
