import type { Platform } from '@ohmstead/testkit'
import type { Browser, BrowserContext } from 'playwright-core'
import { type Look, type Visit, visit } from './browser.ts'

export const admin = { email: 'admin@example.org', password: 'a long enough passphrase' }

type Cookies = Parameters<BrowserContext['addCookies']>[0]
const sessions = new WeakMap<Platform, Promise<Cookies>>()

/** A page of a real server, signed in as its administrator; tests share the session. */
export async function signedIn(browser: Browser, platform: Platform, look: Look = {}): Promise<Visit> {
  const shared = sessions.get(platform) ?? newSession(platform)
  sessions.set(platform, shared)
  return visitWith(await shared, browser, platform, look)
}

/** A page of a real server with a session of its own, which may be ended. */
export async function newlySignedIn(browser: Browser, platform: Platform, look: Look = {}): Promise<Visit> {
  return visitWith(await newSession(platform), browser, platform, look)
}

async function visitWith(cookies: Cookies, browser: Browser, platform: Platform, look: Look): Promise<Visit> {
  const visitor = await visit(browser, platform.url, look)
  await visitor.context.addCookies(cookies)
  return visitor
}

async function newSession(platform: Platform): Promise<Cookies> {
  const answer = await fetch(`${platform.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: platform.url },
    body: JSON.stringify(admin),
  })
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
  return answer.headers.getSetCookie().map(cookie => {
    const [name, ...value] = cookie.split(';')[0]!.split('=')
    return { name: name!, value: value.join('='), url: platform.url }
  })
}

const minute = 60_000

/** A home with a few rooms and devices, which have measured power for some hours. */
export async function furnish(platform: Platform): Promise<void> {
  await platform.api('POST', '/api/sites', {
    id: 'home',
    name: 'Home in Trondheim',
    timezone: 'Europe/Oslo',
    currency: 'NOK',
  })
  const places = [
    { id: 'house', name: 'House', kind: 'building' },
    { id: 'kitchen', name: 'Kitchen', kind: 'room', parent: 'house' },
    { id: 'laundry', name: 'Laundry room', kind: 'room', parent: 'house' },
  ]
  for (const place of places) await platform.api('POST', '/api/sites/home/places', place)
  const devices = [
    { id: 'mains', name: 'Mains meter', type: 'grid meter', place: 'house', ratedPowerW: 17_000 },
    { id: 'fridge', name: 'Fridge and freezer', type: 'smart plug', place: 'kitchen', submeterOf: 'mains' },
    { id: 'washer', name: 'Washing machine', type: 'smart plug', place: 'laundry', submeterOf: 'mains' },
    { id: 'air', name: 'Air in the kitchen', type: 'room sensor', place: 'kitchen' },
    { id: 'boiler', name: 'Old boiler', enabled: false },
    { id: 'spare', name: 'Spare plug' },
  ]
  for (const device of devices) await platform.api('POST', '/api/sites/home/devices', device)
  const now = Date.now()
  const of = (at: number, measurement: string, fields: object) => ({
    measurement,
    time: now - at * minute,
    fields,
  })
  const hours = Array.from({ length: 360 }, (_, at) => 360 - at)
  await send(
    platform,
    'mains',
    hours.map(at => of(at, 'electricalMeter', { power: 420 + 300 * Math.sin(at / 20) })),
  )
  // Somebody pulled its plug for an hour: that is a gap.
  await send(
    platform,
    'fridge',
    hours
      .filter(at => at < 100 || at > 160)
      .map(at => of(at, 'electricalMeter', { power: at % 40 < 15 ? 84.25 : 2.5 })),
  )
  await send(
    platform,
    'air',
    hours.map(at => of(at, 'roomSensor', { temperature: 20 + Math.sin(at / 60), presence: at % 90 < 30 })),
  )
  await send(platform, 'washer', [of(300, 'electricalMeter', { power: 1900 })])
}

export function send(platform: Platform, device: string, readings: readonly object[]): Promise<unknown> {
  return platform.api('POST', `/api/sites/home/devices/${device}/readings`, readings)
}
