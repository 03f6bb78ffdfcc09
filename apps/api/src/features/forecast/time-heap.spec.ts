import { Random } from './random';
import { TimeHeap } from './time-heap';

describe('a heap of times', () => {
  it('gives least keys first, least numbers of equal keys', () => {
    const random = new Random(1, 'heap');
    const pairs = Array.from({ length: 500 }, (_, item) => [Math.floor(random.next() * 40), item] as const);
    const heap = new TimeHeap(500);
    for (const [key, item] of pairs.toSorted(() => random.next() - 0.5)) heap.push(key, item);
    const popped: (readonly [number, number])[] = [];
    while (heap.size > 0) popped.push([heap.least, heap.pop()]);
    expect(popped).toEqual(pairs.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
    expect(heap.least).toBe(Infinity);
  });
});
