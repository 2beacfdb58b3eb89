import type { Instant, Series } from '@ohmstead/model'

/** What the registry knows of a device that matters to its energy. */
export interface MeterFacts {
  /** W */
  readonly ratedPowerW?: number | null
  /** The meter that also measures this one's energy. */
  readonly submeterOf?: string | null
  /** Where its counters roll over to zero, Wh. */
  readonly counterModulusWh?: number | null
  /** A device out of use is not waited for. */
  readonly enabled?: boolean
}

/** Which meters there are. Answers come from memory: they are asked often. */
export interface MeterDirectory {
  /** All series of a device; the ledger takes those that bear energy. */
  series(site: string, device: string): readonly Series[]
  device(site: string, device: string): MeterFacts | undefined
  devices(site: string): readonly string[]
  /** IANA time zone. */
  zone(site: string): string
  /** Readings before this are gone (retention); null or absent: all are kept. Slots outlive them and stay as they are. */
  readingsFrom?(site: string): Instant | null
}

/** The devices that measure this one's energy too, nearest first. A circle in the registry ends the walk. */
export function ancestors(directory: MeterDirectory, site: string, device: string): string[] {
  const found: string[] = []
  let parent = directory.device(site, device)?.submeterOf
  while (parent && parent !== device && !found.includes(parent)) {
    found.push(parent)
    parent = directory.device(site, parent)?.submeterOf
  }
  return found
}
