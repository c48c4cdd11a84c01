import { type ServiceStart, serviceStarts } from '../../../contracts/vm-door.ts';

/** What `sc` is told to do. */
export type ScCommand =
  | {
      readonly verb: 'create';
      readonly name: string;
      readonly binPath: string;
      readonly start: ServiceStart;
      readonly displayName?: string;
      readonly dependsOn?: string[];
      readonly notPlayed: readonly string[];
    }
  | {
      readonly verb: 'config';
      readonly name: string;
      readonly binPath?: string;
      readonly start?: ServiceStart;
      readonly displayName?: string;
      readonly dependsOn?: string[];
      readonly notPlayed: readonly string[];
    }
  | { readonly verb: 'delete' | 'start' | 'stop' | 'qc'; readonly name: string }
  | { readonly verb: 'query' | 'queryex'; readonly name: string | undefined; readonly states: 'active' | 'inactive' | 'all' }
  /** Nothing that sc understands; `of` is the verb whose usage is to be shown. */
  | { readonly verb: 'usage'; readonly of: string | undefined };

/**
 * Takes the words behind `sc` apart. An option is a word that ends in `=`, and its value the next word; current releases of Windows take
 * both as one word as well (BT 3.4).
 */
export function parseSc(words: readonly string[]): ScCommand {
  // There is one machine; `sc \\server query` means it as well.
  const [word = '', ...rest] = words[0]?.startsWith('\\\\') === true ? words.slice(1) : words;
  const verb = word.toLowerCase();
  if (verb === 'query' || verb === 'queryex') return parseQuery(verb, rest);
  const [name, ...more] = rest;
  const isKnown = ['create', 'config', 'delete', 'start', 'stop', 'qc'].includes(verb);
  if (!isKnown || name === undefined || name.endsWith('=')) return { verb: 'usage', of: isKnown ? verb : undefined };
  if (verb === 'create' || verb === 'config') return parseChange(verb, name, more);
  return { verb: verb as 'delete' | 'start' | 'stop' | 'qc', name };
}

const usage = (of: string): ScCommand => ({ verb: 'usage', of });

/** Options that Windows has and the VM does not play, with the value that says what is so in any case. */
const notPlayedUnless: Readonly<Record<string, string>> = {
  type: 'own',
  error: 'normal',
  obj: 'localsystem',
  group: '',
  tag: 'no',
  password: '',
};

function parseChange(verb: 'create' | 'config', name: string, words: readonly string[]): ScCommand {
  const options = optionsOf(words);
  if (options === undefined) return usage(verb);
  const { binpath, start, displayname, depend, ...others } = options;
  if (Object.keys(others).some((option) => notPlayedUnless[option] === undefined)) return usage(verb);
  const startType = start === undefined ? undefined : startOf(start);
  if (start !== undefined && startType === undefined) return usage(verb);
  const notPlayed = Object.entries(others).flatMap(([option, value]) =>
    value.toLowerCase() === notPlayedUnless[option] ? [] : [`${option}= ${option === 'password' ? '…' : value}`],
  );
  const more = {
    ...(displayname === undefined ? {} : { displayName: displayname }),
    // Names with slashes between them; a slash alone is nothing (W).
    ...(depend === undefined ? {} : { dependsOn: depend.split('/').filter((needed) => needed !== '') }),
  };
  if (verb === 'create') return binpath ? { verb, name, binPath: binpath, start: startType ?? 'demand', ...more, notPlayed } : usage(verb);
  if (words.length === 0) return usage(verb);
  return {
    verb,
    name,
    ...(binpath === undefined ? {} : { binPath: binpath }),
    ...(startType === undefined ? {} : { start: startType }),
    ...more,
    notPlayed,
  };
}

/** Drivers start with `boot` and `system`: there are none here. */
function startOf(value: string): ServiceStart | undefined {
  const wanted = value.toLowerCase() === 'delayed-auto' ? 'auto' : value.toLowerCase();
  return serviceStarts.find((start) => start === wanted);
}

function parseQuery(verb: 'query' | 'queryex', words: readonly string[]): ScCommand {
  const [first] = words;
  if (first !== undefined && !first.includes('=')) return { verb, name: first, states: 'all' };
  const options = optionsOf(words);
  if (options === undefined) return usage(verb);
  const { state = 'active', type = 'service', bufsize, ri, group, ...others } = options;
  const states = (['active', 'inactive', 'all'] as const).find((known) => known === (state === '' ? 'all' : state.toLowerCase()));
  if (states === undefined || Object.keys(others).length > 0 || !/^(service|all|own)$/i.test(type)) return usage(verb);
  return { verb, name: undefined, states };
}

/** By name in small letters; undefined when a word is no option, or the last one lacks its value. */
function optionsOf(words: readonly string[]): Readonly<Record<string, string>> | undefined {
  const options: Record<string, string> = {};
  for (let index = 0; index < words.length; index += 1) {
    const [, name, value] = /^([a-z]+)=(.*)$/is.exec(words[index] ?? '') ?? [];
    if (name === undefined) return undefined;
    if (value !== '' && value !== undefined) {
      options[name.toLowerCase()] = value;
      continue;
    }
    const next = words[index + 1];
    if (next === undefined) return undefined;
    options[name.toLowerCase()] = next;
    index += 1;
  }
  return options;
}
