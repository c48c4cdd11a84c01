/** The time of day of an ISO 8601 stamp, here: `14:03:09`. */
export function timeOfDay(stamp: string): string {
  const date = new Date(stamp);
  return Number.isNaN(date.getTime()) ? stamp : date.toTimeString().slice(0, 8);
}
