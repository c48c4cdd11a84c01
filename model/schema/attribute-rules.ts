/** How the value of one attribute is read. `T` includes undefined when the attribute may be missing and has no default. */
export interface AttributeRule<out T> {
  /** Completes "is not …". */
  readonly expected: string;
  readonly required: boolean;
  readonly fallback?: T;
  /** For a did-you-mean. */
  readonly choices?: readonly string[];
  /** @returns the value, or undefined when the text is none */
  parse(text: string): Exclude<T, undefined> | undefined;
}

interface ValueType<T> {
  readonly expected: string;
  readonly choices?: readonly string[];
  parse(text: string): T | undefined;
}

/** Any text, empty included. */
export const anyText: ValueType<string> = { expected: 'a text', parse: (text) => text };

/** A text that is not empty and has no control characters: names and command lines. */
export const text: ValueType<string> = {
  expected: 'a text of one line that is not empty',
  parse: (value) => (value.trim() === '' || /\p{Cc}/u.test(value) ? undefined : value),
};

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** xs:boolean (SM 2). */
export const flag: ValueType<boolean> = {
  expected: 'true or false',
  choices: ['true', 'false'],
  parse: (value) => booleans.get(value.trim()),
};

export const port = wholeNumber(1, 65_535);

/** A port, or `*` for one that the fabric picks. */
export const portOrStar: ValueType<number | '*'> = {
  expected: 'a whole number from 1 to 65535, or *',
  parse: (value) => (value.trim() === '*' ? '*' : port.parse(value)),
};

/** 40 hexadecimal digits; empty where somebody still has to fill it in, which is a warning elsewhere (SM 5). */
export const thumbprint: ValueType<string> = {
  expected: '40 hexadecimal digits without spaces or invisible characters',
  parse: (value) => (/^([0-9a-f]{40})?$/i.test(value) ? value : undefined),
};

/** An address range such as 10.0.0.0/8. */
export const addressRange: ValueType<string> = {
  expected: 'an address range such as 10.0.0.0/8',
  parse: (value) => (/^[0-9a-f.:]{2,45}\/\d{1,3}$/i.test(value.trim()) ? value.trim() : undefined),
};

export function wholeNumber(min: number, max: number): ValueType<number> {
  return {
    expected: `a whole number from ${min} to ${max}`,
    parse: (value) => {
      const trimmed = value.trim();
      const number = /^[+-]?\d{1,15}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
      return number >= min && number <= max ? number : undefined;
    },
  };
}

export function oneOf<const T extends string>(...choices: T[]): ValueType<T> {
  return { expected: `one of ${choices.join(', ')}`, choices, parse: (value) => choices.find((choice) => choice === value) };
}

export function required<T>(type: ValueType<T>): AttributeRule<T> {
  return { ...type, required: true } as AttributeRule<T>;
}

export function optional<T>(type: ValueType<T>): AttributeRule<T | undefined> {
  return { ...type, required: false } as AttributeRule<T | undefined>;
}

export function withDefault<T>(type: ValueType<T>, fallback: T): AttributeRule<T> {
  return { ...type, required: false, fallback } as AttributeRule<T>;
}
