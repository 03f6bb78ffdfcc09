/** Asks again and again until the answer is something; the test's own timeout is the limit. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
