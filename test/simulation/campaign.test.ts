import { describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';

describe('a campaign', () => {
  it('is the same to the last line for the same seed', async () => {
    for (const seed of [3, 14, 159]) expect((await runCampaign(seed)).trace()).toEqual((await runCampaign(seed)).trace());
  });

  it('is another one for another seed', async () => {
    expect((await runCampaign(1)).trace()).not.toEqual((await runCampaign(2)).trace());
  });
});
