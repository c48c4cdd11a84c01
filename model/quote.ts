const maxQuoted = 80;

/**
 * A value of the user's file for a message: clipped, and with everything made visible that a terminal would act upon or not show
 * (control characters, bidirectional marks such as the U+200E that the certificate dialog pastes, SM 5).
 */
export function quote(value: string): string {
  const characters = Array.from(value.slice(0, maxQuoted * 2));
  const clipped = characters.length > maxQuoted || value.length > maxQuoted * 2;
  return `'${characters.slice(0, maxQuoted).map(visible).join('')}${clipped ? '…' : ''}'`;
}

/** The name of an element or attribute for a message: clipped and visible like a value, without quotation marks. */
export function quoteName(name: string): string {
  return quote(name).slice(1, -1);
}

function visible(character: string): string {
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(character)) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
