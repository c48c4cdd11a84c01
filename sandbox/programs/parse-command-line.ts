/** A task's command line taken apart: the program, its arguments, and where its output goes. */
export interface CommandLine {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly redirections: readonly Redirection[];
}

export interface Redirection {
  readonly handle: 'stdout' | 'stderr';
  /** A file below the working directory or on a drive, `NUL`, or the other handle. */
  readonly target: { readonly file: string; readonly append: boolean } | { readonly sameAs: 'stdout' | 'stderr' };
}

/**
 * Takes a commandLine of csdef apart as the command shell does for a plain program: quotes group words, `>`, `>>`, `2>` and `2>&1`
 * redirect, `%NAME%` is expanded in arguments, and not in the program's name (AB 5.2).
 *
 * @param lookup value of an environment variable, any case; undefined leaves `%NAME%` as it stands
 * @throws Error with one sentence for operators that only a command shell has, and for an empty line
 */
export function parseCommandLine(commandLine: string, lookup: (name: string) => string | undefined): CommandLine {
  const words: string[] = [];
  const redirections: Redirection[] = [];
  const tokens = tokenize(commandLine);
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) continue;
    if (token.kind === 'word') {
      words.push(words.length === 0 ? token.text : expand(token.text, lookup));
      continue;
    }
    const same = /^([12])?>&([12])$/.exec(token.text);
    if (same !== null) {
      redirections.push({ handle: handleOf(same[1]), target: { sameAs: handleOf(same[2]) } });
      continue;
    }
    const next = tokens[index + 1];
    if (next?.kind !== 'word') throw new Error(`The redirection "${token.text}" names no file.`);
    index += 1;
    const handle = handleOf(token.text.startsWith('2') ? '2' : '1');
    redirections.push({ handle, target: { file: expand(next.text, lookup), append: token.text.endsWith('>>') } });
  }
  const [program, ...rest] = words;
  if (program === undefined) throw new Error('The command line is empty.');
  return { program, arguments: rest, redirections };
}

interface Token {
  readonly kind: 'word' | 'redirection';
  readonly text: string;
}

function tokenize(commandLine: string): Token[] {
  const tokens: Token[] = [];
  // A redirection; a word in which quoted parts may stand; or an operator of the shell. Older scripts write 2>>&1 for 2>&1.
  const pattern = /\s*(?:((?<![^\s"])[12](?=>))?(>>?&[12]|>>?)|((?:"[^"]*"?|[^\s"<>|&])+)|([<|&]+))/gy;
  for (let match = pattern.exec(commandLine); match !== null && match[0] !== ''; match = pattern.exec(commandLine)) {
    const [, handle = '', redirection, word, operator] = match;
    if (operator !== undefined) {
      throw new Error(`"${operator}" needs a command shell, which this version of rolevm does not have: start a program directly.`);
    }
    if (redirection !== undefined) tokens.push({ kind: 'redirection', text: `${handle}${redirection.replace('>>&', '>&')}` });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word.replaceAll('"', '') });
    if (pattern.lastIndex >= commandLine.length) break;
  }
  return tokens;
}

function handleOf(digit: string | undefined): 'stdout' | 'stderr' {
  return digit === '2' ? 'stderr' : 'stdout';
}

function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replaceAll(/%([^%]+)%/g, (whole, name: string) => lookup(name) ?? whole);
}
