/** Chance out of one seed. Processes answer in their own order, so that a seed gives the same draws and not the same story. */
export function drawFrom(seed: number) {
  let state = seed >>> 0;
  // mulberry32
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    chance: (probability: number): boolean => fraction() < probability,
    below: (limit: number): number => Math.floor(fraction() * limit),
    one<T>(of: readonly T[]): T {
      const drawn = of[Math.floor(fraction() * of.length)];
      if (drawn === undefined) throw new Error('there is nothing to draw from');
      return drawn;
    },
    fraction,
  };
}
export type Draw = ReturnType<typeof drawFrom>;
