import { onlyWhere } from '../support/only-where';
import { hasMerges, mergesOf } from './git-merges';
import { type Held, holdToPast } from './past';

type Loss = 'pinball' | 'naivePinball' | 'logPinball' | 'naiveLogPinball';

const total = (held: Held, loss: Loss) =>
  held.percentiles.reduce((sum, score) => sum + (score[loss] ?? 0), 0);

/** scrapy's was not looked at until the model was done, the others are what it was built on. What others showed is in docs/forecasting.md. */
describe.each(['typeorm', 'requests', 'rack', 'flask', 'sinatra', 'scrapy'])('the merges of %s', (name) => {
  const itWithData = onlyWhere(hasMerges(`${name}.csv`), `../shared/data/git-merges/${name}.csv is not here`);

  itWithData('are completed by p50, p85 and p95 as often as these say', async () => {
    const recorded = mergesOf(`${name}.csv`);
    const held = await holdToPast(recorded, {});
    expect(held.forecasts + held.tooEarly).toBe(recorded.features.length);
    for (const { percentile, interval } of held.percentiles) {
      if (percentile === 70) continue;
      expect(interval?.[0]).toBeLessThanOrEqual(percentile / 100);
      expect(interval?.[1]).toBeGreaterThanOrEqual(percentile / 100);
    }
  });

  itWithData('are forecast better than by the quantiles of whole cycle times', async () => {
    const held = await holdToPast(mergesOf(`${name}.csv`), {});
    expect(total(held, 'logPinball')).toBeLessThan(total(held, 'naiveLogPinball'));
    // In days a few branches that were open for months decide.
    const margin = name === 'typeorm' ? 0.98 : 1.02;
    expect(total(held, 'pinball')).toBeLessThan(margin * total(held, 'naivePinball'));
  });
});
