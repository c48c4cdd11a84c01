import { InvalidArgumentError } from 'commander';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const longestMs = 24 * 3_600_000;

/**
 * Reads `500ms`, `60s`, `5m`, `1h`; a bare number means seconds.
 *
 * @returns real milliseconds, at most a day
 * @throws InvalidArgumentError of commander, for use as an option's parser
 */
export function parseDuration(text: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h)?$/.exec(text.trim());
  const ms = match === null ? Number.NaN : Number(match[1]) * (unitMs[match[2] ?? 's'] ?? Number.NaN);
  if (!(ms <= longestMs)) throw new InvalidArgumentError('It is a time of at most a day, such as 500ms, 60s, 5m or 1h.');
  return ms;
}

/** How long ago a moment was, in its largest unit: `3 s`, `12 min`, `4 h`, `2 d`. */
export function ageOf(stamp: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(stamp)) / 1_000));
  if (Number.isNaN(seconds)) return '';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
