/** A time of Azure in whole seconds, as what is awaited is told of: `20 s`. @param ms Azure milliseconds */
export function wholeSeconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
