/** What no start or warm-up explains any more, whatever the length of a soak. */
export const GROWTH_MIB = 3;
/** The first quarter fills caches and compiles code. */
const WARM_UP = 1 / 4;
const PART = 1 / 4;

/**
 * How much more is held at the end than after the warm-up: medians of a quarter of the samples each, so that no single
 * sample decides, taken in the middle of whatever the endpoint did.
 */
export function growthOf(samplesMiB: readonly number[]): number {
  const count = samplesMiB.length;
  if (count < 8) throw new Error(`${count} samples of the memory are too few`);
  const early = samplesMiB.slice(Math.floor(count * WARM_UP), Math.floor(count * (WARM_UP + PART)));
  const late = samplesMiB.slice(Math.floor(count * (1 - PART)));
  return medianOf(late) - medianOf(early);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
