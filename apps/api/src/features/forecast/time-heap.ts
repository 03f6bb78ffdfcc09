/** A binary heap of numbers by a key each, least key first, then least number; its room is fixed, so that it never allocates. */
export class TimeHeap {
  private readonly keys: Float64Array;
  private readonly items: Int32Array;
  size = 0;

  constructor(room: number) {
    this.keys = new Float64Array(room);
    this.items = new Int32Array(room);
  }

  clear(): void {
    this.size = 0;
  }

  /** Infinity when empty. */
  get least(): number {
    return this.size > 0 ? (this.keys[0] as number) : Infinity;
  }

  push(key: number, item: number): void {
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(key, item, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, key, item);
  }

  /** The item of the least key. Only when there is one. */
  pop(): number {
    const top = this.items[0] as number;
    const last = --this.size;
    const [key, item] = [this.keys[last] as number, this.items[last] as number];
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      if (
        child + 1 < last &&
        this.before(this.keys[child + 1] as number, this.items[child + 1] as number, child)
      )
        child++;
      if (this.before(key, item, child)) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, key, item);
    return top;
  }

  private before(key: number, item: number, other: number): boolean {
    const otherKey = this.keys[other] as number;
    return key < otherKey || (key === otherKey && item < (this.items[other] as number));
  }

  private move(from: number, to: number): void {
    this.keys[to] = this.keys[from] as number;
    this.items[to] = this.items[from] as number;
  }

  private put(at: number, key: number, item: number): void {
    this.keys[at] = key;
    this.items[at] = item;
  }
}
