/** How many series can be told apart in one chart. */
export const maxSeries = 8

/** Strokes that differ without their colour, by place in the chart. */
const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]]

export const dashOf = (at: number): readonly number[] => dashes[at % dashes.length]!
/** The name of a CSS variable. */
export const colourOf = (at: number): string => `--ohm-series-${(at % maxSeries) + 1}`
