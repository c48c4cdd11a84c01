import { InvalidArgumentError } from 'commander';

const fastest = 10_000;

/**
 * Reads how many times faster than Azure time is to pass.
 *
 * @throws InvalidArgumentError of commander, for use as an option's parser
 */
export function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= fastest)) throw new InvalidArgumentError(`It is a number above 0, at most ${fastest}.`);
  return speed;
}
