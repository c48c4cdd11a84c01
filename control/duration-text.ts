const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/**
 * A duration in its two largest units: `34 min 10 s`, `5 min`, `2 h 3 min`; below ten seconds with one digit behind the point, below one
 * second in milliseconds.
 *
 * @param ms milliseconds, not negative
 */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Number((Math.floor(ms / 100) / 10).toFixed(1))} s`;
  const largest = units.findIndex(([, unit]) => ms >= unit);
  let left = ms;
  const parts = units.slice(largest, largest + 2).flatMap(([name, unit]) => {
    const count = Math.floor(left / unit);
    left -= count * unit;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return parts.join(' ');
}
