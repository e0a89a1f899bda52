/** GB/T 2260: trailing pairs of zeros stand for everything below, so `370783` is part of `370000`. */
export function isPartOf(region: string, whole: string): boolean {
  return region.startsWith(whole.replace(/(?:00)+$/, ''));
}

/** Does a source cover a region? No list = everywhere, an empty one = nowhere; an unknown region is covered by no list. */
export function coversRegion(regions: readonly string[] | undefined, region: string | undefined): boolean {
  if (regions === undefined) return true;
  if (region === undefined || region === '') return false;
  return regions.some((covered) => isPartOf(region, covered));
}
