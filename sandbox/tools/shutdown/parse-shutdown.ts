/** What `shutdown` is told to do. */
export type ShutdownCommand =
  /** `delay` in seconds. */
  | { readonly verb: 'shutDown'; readonly delay: number; readonly comment: string | undefined }
  | { readonly verb: 'abort' }
  /** Nothing that it does; `not` is what the VM does not play, `asked` says that nothing else was wanted. */
  | { readonly verb: 'usage'; readonly asked: boolean; readonly not?: string };

/** Seconds (W). */
const usualDelay = 30;
const longestDelay = 315_360_000;
/** Characters (W). */
const longestComment = 512;

const verbs = new Set(['s', 'sg', 'r', 'g', 'p', 'a']);
/** Options that Windows has and that say nothing to a VM: how it closes programs, and what it starts with. */
const withoutEffect = new Set(['f', 'hybrid', 'soft']);
const notPlayed = new Set(['l', 'h', 'i', 'm', 'e', 'o', 'fw']);

/** Takes the words behind `shutdown` apart: `/` and `-` are the same, and so is any case (W). */
export function parseShutdown(words: readonly string[]): ShutdownCommand {
  if (words.length === 0 || words.some((word) => /^[/-]\?$/.test(word))) return { verb: 'usage', asked: true };
  const found = new Set<string>();
  const values: { t?: string; c?: string } = {};
  for (let index = 0; index < words.length; index += 1) {
    const [, name = ''] = /^[/-]([a-z]+)$/i.exec(words[index] ?? '') ?? [];
    const option = name.toLowerCase();
    if (notPlayed.has(option)) return { verb: 'usage', asked: false, not: `/${option}` };
    if (verbs.has(option)) found.add(option);
    else if (option === 't' || option === 'c' || option === 'd') {
      index += 1;
      const value = words[index];
      if (value === undefined) return notUnderstood;
      if (option !== 'd') values[option] = value;
    } else if (!withoutEffect.has(option)) return notUnderstood;
  }
  const [verb, another] = found;
  if (verb === undefined || another !== undefined) return notUnderstood;
  if (verb === 'a') return { verb: 'abort' };
  const delay = verb === 'p' ? 0 : values.t === undefined ? usualDelay : secondsOf(values.t);
  if (delay === undefined || (values.c?.length ?? 0) > longestComment) return notUnderstood;
  return { verb: 'shutDown', delay, comment: values.c };
}

const notUnderstood: ShutdownCommand = { verb: 'usage', asked: false };

function secondsOf(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) && Number(text) <= longestDelay ? Number(text) : undefined;
}
