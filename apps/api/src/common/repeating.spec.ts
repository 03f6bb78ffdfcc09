import { Repeating } from './repeating';

describe('Repeating', () => {
  /** Has a round for each outcome, an error's message or null, and a last one that succeeds. */
  async function repeat(outcomes: readonly (string | null)[], tellEach = false) {
    const { promise: last, resolve } = Promise.withResolvers<void>();
    const told: string[] = [];
    let [rounds, pauses] = [0, 0];
    const repeating = new Repeating({
      round: async () => {
        const outcome = outcomes[rounds++];
        if (outcome) throw new Error(outcome);
        if (rounds > outcomes.length) resolve();
      },
      pause: () => pauses++,
      failed: (error) => told.push((error as Error).message),
      tellEach,
    });
    repeating.start();
    await last;
    await repeating.stop();
    return { rounds, pauses, told };
  }

  it('tells of each outage once', async () => {
    const { told } = await repeat(['first', 'second', null, 'third', 'fourth', null, null]);
    expect(told).toEqual(['first', 'third']);
  });

  it('tells of each failure where that is wanted', async () => {
    const { told } = await repeat(['first', 'second', null, 'third'], true);
    expect(told).toEqual(['first', 'second', 'third']);
  });

  it('goes on after a round that failed, and asks how long it should wait for each', async () => {
    expect(await repeat([null, 'failed', null])).toEqual({ rounds: 4, pauses: 4, told: ['failed'] });
  });

  it('waits for the round under way when it is stopped, tells nothing of it and begins no other', async () => {
    const begun = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const seen: string[] = [];
    const repeating = new Repeating({
      round: async () => {
        seen.push('begun');
        begun.resolve();
        await held.promise;
        seen.push('over');
        throw new Error('its connection was closed');
      },
      pause: () => 0,
      failed: () => seen.push('told'),
    });
    repeating.start();
    await begun.promise;
    const stopping = repeating.stop().then(() => seen.push('stopped'));
    expect(repeating.stopped).toBe(true);
    held.resolve();
    await stopping;
    repeating.start();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(seen).toEqual(['begun', 'over', 'stopped']);
  });

  it('does nothing when it is stopped before its first round', async () => {
    let rounds = 0;
    const repeating = new Repeating({ round: async () => (rounds += 1), pause: () => 0, failed: () => {} });
    repeating.start();
    await repeating.stop();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(rounds).toBe(0);
  });
});
