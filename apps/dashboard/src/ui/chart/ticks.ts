/** Distances at which people expect labels on a clock or a calendar. */
const distances = [1, 2, 3, 4, 6, 7, 8, 12, 24, 28, 48, 96, 168, 336, 672]

/**
 * Which bars carry a label, so that neighbours do not touch.
 * @param bars `major` ones carry a label before others (midnights); where none is, every second, third … by `order`, which
 *   is what a clock shows, so that labels keep to even hours when clocks change
 * @param least pixels between labels
 */
export function labelled(
  bars: readonly { readonly major: boolean; readonly order: number }[],
  width: number,
  least: number,
): boolean[] {
  const count = bars.length
  const bar = width / Math.max(1, count)
  const majors = bars.flatMap(({ major }, at) => (major ? [at] : []))
  if (majors.length === 0) {
    const every = distances.find(distance => distance * bar >= least) ?? count
    return bars.map(({ order }, at) => order % every === 0 && order !== bars[at - 1]?.order)
  }
  const shown = new Set<number>()
  let last = Number.NEGATIVE_INFINITY
  for (const at of majors) {
    if ((at - last) * bar < least) continue
    shown.add(at)
    last = at
  }
  return bars.map((_, at) => shown.has(at))
}

/** Axis numbers in the unit that suits the largest: 12 000 Wh are 12 kWh. */
export function energyUnit(largestWh: number): { factor: number; unit: string } {
  if (largestWh >= 1e9) return { factor: 1e9, unit: 'GWh' }
  if (largestWh >= 1e6) return { factor: 1e6, unit: 'MWh' }
  if (largestWh >= 1e3) return { factor: 1e3, unit: 'kWh' }
  return { factor: 1, unit: 'Wh' }
}
