import type { Points, Tags } from '@ohmstead/model'

/** What a series is, as answers name it. */
export interface SeriesHead {
  readonly site: string
  readonly device: string
  readonly measurement: string
  readonly field: string
  readonly tags: Tags
  /** UCUM; null when nobody has said. */
  readonly unit: string | null
  /** `raw`, `auto`, an ISO duration or a calendar step. */
  readonly resolution: string
}

/** Some points of one series; the chunks of a series follow each other, oldest first. */
export interface Chunk extends Points {
  readonly head: SeriesHead
}

/** What an export says of itself where the format has a place for it. */
export interface About {
  readonly site: string
  readonly timezone: string
  /** Every series that may come, in order; more than those that have points. */
  readonly heads: readonly SeriesHead[]
}

/** Turns chunks into the bytes of an answer, piece by piece: the reader's pace is the query's. */
export type Encoder = (chunks: AsyncIterable<Chunk>, about: About) => AsyncIterable<Uint8Array>
