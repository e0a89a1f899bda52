/**
 * Does a source cover a region? GB/T 2260 codes; trailing `00` pairs stand for everything below (370000 covers 370783). No list = everywhere,
 * an empty one = nowhere; an unknown region is covered by no list.
 */
export function coversRegion(regions: readonly string[] | undefined, region: string | undefined): boolean {
  if (regions === undefined) return true;
  if (region === undefined) return false;
  return regions.some((covered) => region.startsWith(covered.replace(/(00)+$/, '')));
}
