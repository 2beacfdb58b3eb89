import { settings } from './settings.ts'

/** Not settings of the platform: what other commands read. */
const others = [
  'OHMSTEAD_CONFIG',
  'OHMSTEAD_URL',
  'OHMSTEAD_TOKEN',
  'OHMSTEAD_MQTT_URL',
  'OHMSTEAD_MQTT_PASSWORD',
]
const known = new Set([...settings.map(({ env }) => env), ...others])
/** Letters that a slip of the fingers changes. */
const mostSlips = 2

export interface Stray {
  readonly name: string
  readonly meant: string
}

/** Variables that look like a setting and are none, which would pass unnoticed: a typing error. */
export function strayVariables(env: Readonly<Record<string, string | undefined>>): Stray[] {
  return Object.keys(env)
    .filter(name => name.startsWith('OHMSTEAD_') && !known.has(name))
    .flatMap(name => {
      const meant = settings.find(setting => slips(name, setting.env) <= mostSlips)?.env
      return meant === undefined ? [] : [{ name, meant }]
    })
}

/** Letters to change, add or leave out so that one becomes the other. */
function slips(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row.at(-1)!
}
