/**
 * xoshiro128** 1.1 by D. Blackman and S. Vigna ("Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021;
 * public domain code at prng.di.unimi.it), seeded by splitmix32 as its authors advise for small seeds.
 */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;

  /**
   * A stream of its own for each pair: what one feature draws does not depend on which others are simulated with it, so that
   * two answers of the same seed differ by what was changed and not by chance.
   */
  constructor(seed: number, name: string) {
    const mix = splitmix32((seed ^ fnv1a(name, 0x811c9dc5)) >>> 0);
    const other = splitmix32((seed + fnv1a(name, 0x9747b28c)) >>> 0);
    [this.a, this.b, this.c, this.d] = [mix(), other(), mix(), other() | 1];
  }

  /** Uniform in [0, 1), a multiple of 2^-32. */
  next(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result / 4_294_967_296;
  }
}

function splitmix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
