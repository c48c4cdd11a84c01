import { expect, it } from 'vitest';
import { type CampaignResult, runCampaign } from './campaign.ts';
import { faults } from './faults.ts';

/**
 * The seeds of one test file, so that two files share the machine's cores.
 *
 * `SEEDS=n` runs so many instead of a thousand, `SEED=n` one with its whole trace.
 *
 * @param part from 0
 * @param parts how many files there are
 */
export function runSeeds(part: number, parts: number): void {
  const one = process.env['SEED'];
  if (one !== undefined) {
    it.runIf(part === 0)(`comes to rest after every fault of seed ${one}`, () => runOne(Number(one)), longestMs);
    return;
  }
  const count = Number(process.env['SEEDS'] ?? usualSeeds);
  it(
    `comes to rest after every fault of ${Math.ceil((count - part) / parts)} seeds from ${part + 1} on`,
    async () => {
      const struck = new Set<string>();
      for (let seed = part + 1; seed <= count; seed += parts) {
        const result = await runCampaign(seed);
        if (result.violations.length > 0) expect.unreachable(story(result));
        for (const fault of result.faults) struck.add(fault);
      }
      if (count >= usualSeeds) expect(faults.map(({ name }) => name).filter((name) => !struck.has(name))).toEqual([]);
    },
    longestMs,
  );
}

const usualSeeds = 1_000;
/** Real milliseconds: `SEEDS=100000` takes its time. */
const longestMs = 3_600_000;
const lastLines = 150;

async function runOne(seed: number): Promise<void> {
  const result = await runCampaign(seed);
  process.stdout.write(`${result.trace().join('\n')}\n`);
  expect(result.violations).toEqual([]);
}

function story({ seed, violations, trace }: CampaignResult): string {
  const lines = trace();
  const left = lines.length > lastLines ? [`… ${lines.length - lastLines} lines before`] : [];
  return [
    `seed ${seed}: ${violations.join('\n')}`,
    `the whole trace: SEED=${seed} npx vitest run --project simulation`,
    ...left,
    ...lines.slice(-lastLines),
  ].join('\n');
}
