import type { Instant } from '@ohmstead/model'
import { hash, noise } from './random.ts'

/** Where a site lies and what weather it has. */
export interface Climate {
  /** Degrees, north and east positive. */
  readonly latitude: number
  readonly longitude: number
  /** Mean of the year, °C. */
  readonly mean: number
  /** Half the difference between the warmest and the coldest month, K. */
  readonly season: number
  /** Half the difference between a clear day's high and low, K. */
  readonly day: number
  /** Usual share of the sky under clouds, 0–1. */
  readonly clouds: number
}

export interface Weather {
  /** °C */
  readonly temperature: number
  /** Share of the sky, 0–1. */
  readonly clouds: number
  /** % relative */
  readonly humidity: number
}

const hourMs = 3_600_000
const dayMs = 86_400_000
const yearMs = 365.2425 * dayMs

/** Made-up but coherent weather; a function of place and time alone. */
export function weatherOf(seed: string, climate: Climate): (at: Instant) => Weather {
  const own = hash(`${seed}/weather/${climate.latitude}/${climate.longitude}`)
  return at => weatherAt(own, climate, at)
}

function weatherAt(own: number, climate: Climate, at: Instant): Weather {
  const clouds = cloudsAt(own, climate, at)
  const solarHour = (at / hourMs + climate.longitude / 15) % 24
  // Coldest in the third week of January, half a year later in the south; each day coldest near 4 and warmest near 15.
  const phase = (at - 19 * dayMs) / yearMs + (climate.latitude < 0 ? 0.5 : 0)
  const seasonal = -climate.season * Math.cos(2 * Math.PI * phase)
  const diurnal = climate.day * (1 - 0.7 * clouds) * Math.cos(((solarHour - 15) / 24) * 2 * Math.PI)
  const fronts = 4.5 * noise(own ^ 1, at / (4.3 * dayMs)) + 1.5 * noise(own ^ 2, at / (19 * hourMs))
  const temperature = climate.mean + seasonal + diurnal + fronts
  const humidity = 66 + 22 * clouds - 3 * diurnal + 6 * noise(own ^ 3, at / (11 * hourMs))
  return { temperature, clouds, humidity: Math.max(25, Math.min(99, humidity)) }
}

function cloudsAt(own: number, climate: Climate, at: Instant): number {
  const fronts = 0.55 * noise(own ^ 4, at / (2.1 * dayMs))
  const fields = 0.3 * noise(own ^ 5, at / (5 * hourMs))
  const single = 0.25 * noise(own ^ 6, at / (9 * 60_000))
  // Skies are mostly either blue or grey: half-covered is the rarer case.
  const cover = climate.clouds + fronts + fields + single
  return Math.max(0, Math.min(1, 0.5 + 1.9 * (cover - 0.5)))
}

export interface Sun {
  /** Above the horizon, rad; negative at night. */
  readonly elevation: number
  /** From north over east, rad. */
  readonly azimuth: number
}

const rad = Math.PI / 180

/** The sun's position within about 0.1°. (Astronomical Almanac, low-precision formula) */
export function sunAt(climate: Climate, at: Instant): Sun {
  const days = at / dayMs - 10957.5
  const anomaly = (357.528 + 0.9856003 * days) * rad
  const longitude =
    (280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * rad
  const tilt = (23.439 - 0.0000004 * days) * rad
  const ascension = Math.atan2(Math.cos(tilt) * Math.sin(longitude), Math.cos(longitude))
  const declination = Math.asin(Math.sin(tilt) * Math.sin(longitude))
  const sidereal = (280.46062 + 360.98564737 * days + climate.longitude) * rad
  const hourAngle = sidereal - ascension
  const latitude = climate.latitude * rad
  const elevation = Math.asin(
    Math.sin(latitude) * Math.sin(declination) +
      Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle),
  )
  const azimuth = Math.atan2(
    -Math.cos(declination) * Math.sin(hourAngle),
    Math.sin(declination) * Math.cos(latitude) -
      Math.cos(declination) * Math.sin(latitude) * Math.cos(hourAngle),
  )
  return { elevation, azimuth }
}

/** Global irradiance on the level under these clouds, W/m². (Haurwitz; Kasten and Czeplak) */
export function irradiance(sun: Sun, clouds: number): number {
  const height = Math.sin(sun.elevation)
  if (height <= 0.01) return 0
  return 1098 * height * Math.exp(-0.057 / height) * (1 - 0.75 * clouds ** 3.4)
}
