import { type Profile, stepped } from './profile.ts'
import { irradiance, sunAt } from './weather.ts'
import type { World } from './world.ts'

export interface Panels {
  /** Power under 1000 W/m² at 25 °C. */
  readonly peakWatts: number
  /** Most the inverter gives, W. */
  readonly inverterWatts: number
  /** From the level, degrees. */
  readonly tilt: number
  /** The way they face, degrees from north over east. */
  readonly azimuth: number
}

const rad = Math.PI / 180

/** What the panels give over a day, minute by minute: sun position, clouds, tilt, warm cells, inverter limit. */
export function solarDay(panels: Panels, world: World): Profile {
  return stepped(world.day.seconds, 60, second => {
    const at = world.day.start + second * 1000
    const sun = sunAt(world.climate, at)
    if (sun.elevation <= 0.02) return 0
    const { clouds, temperature } = world.sky(at)
    const level = irradiance(sun, clouds)
    // Under clouds the light is diffuse and the tilt matters less.
    const direct = level * (0.85 - 0.8 * clouds)
    const height = Math.max(0.08, Math.sin(sun.elevation))
    const diffuse = (level - direct) * (0.5 + 0.5 * Math.cos(panels.tilt * rad))
    const plane = (direct * Math.max(0, incidence(panels, sun.elevation, sun.azimuth))) / height + diffuse
    const cells = temperature + plane * 0.03
    const power = panels.peakWatts * (plane / 1000) * (1 - 0.0038 * (cells - 25)) * 0.82
    return Math.max(0, Math.min(panels.inverterWatts, power))
  })
}

/** Cosine of the angle between the sun's rays and the panel's normal. */
function incidence(panels: Panels, elevation: number, azimuth: number): number {
  const tilt = panels.tilt * rad
  return (
    Math.sin(elevation) * Math.cos(tilt) +
    Math.cos(elevation) * Math.sin(tilt) * Math.cos(azimuth - panels.azimuth * rad)
  )
}
