import { isUtf8 } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import { memoryOf, Platform, RawMqtt, tempFolder } from '@ohmstead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { damaged, oddButGood, poisons, randomBytes } from './poison.ts'
import { rounds } from './rounds.ts'
import { FaultSite, metric } from './site.ts'

const folder = tempFolder()
let platform: Platform
let site: FaultSite
let pid: number

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  site = await FaultSite.make(platform, ['mqtt', 'http', 'odd', 'noise', 'honest'])
  pid = platform.pid
})

afterAll(async () => {
  await platform[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

interface Entry {
  device: string
  reason: string
  sample: string
}

/** An honest reading after the attack is taken, the process is the same, and no answer carries what was planted. */
async function unharmed(): Promise<void> {
  expect([platform.pid, platform.ended]).toEqual([pid, undefined])
  const answer = await post('honest', Buffer.from('{"measurement":"airSensor","fields":{"temperature":20}}'))
  expect(await answer.text()).toBe('{"accepted":1,"rejected":[]}')
  for (const path of ['/devices', '/readings/latest', '/quarantine?limit=1000', '/presence']) {
    const body = await site.get<object>(path)
    // A polluted prototype would show as a key that nobody has put there.
    expect(JSON.stringify(body).replaceAll(/"(sample|reason)":"(\\.|[^"])*"/g, '')).not.toContain('polluted')
  }
}

const url = (device: string) => `${platform.url}/api/sites/${site.id}/devices/${device}/readings`

function post(device: string, body: Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url(device), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...site.headers, ...headers },
    body: new Uint8Array(body),
  })
}

describe('over MQTT', () => {
  test(`${poisons.length} kinds of poison are put aside, and the topic goes on`, async () => {
    const rejected = await metric(platform, 'ohmstead_readings_rejected_total', 'via="mqtt"')
    const { readings, ...login } = site.device('mqtt')
    using device = await RawMqtt.open(platform.mqttPort, login)
    for (const { name, body } of poisons)
      expect([name, await device.publish(readings, body)]).toEqual([name, true])
    expect(await device.publish(readings, '{"measurement":"airSensor","fields":{"humidity":40}}')).toBe(true)
    const stored = await site.stored('mqtt')
    expect([...stored.keys()].map(key => key.split('@')[0])).toEqual(['humidity'])
    const counted = (await metric(platform, 'ohmstead_readings_rejected_total', 'via="mqtt"')) - rejected
    const { items } = await site.get<{ items: Entry[] }>('/quarantine?device=mqtt&limit=1000')
    console.log(`${poisons.length} kinds: ${counted} refusals counted, ${items.length} in quarantine`)
    // An empty array holds nothing that could be refused.
    expect(counted).toBeGreaterThanOrEqual(poisons.length - 1)
    expect(items.length).toBe(Math.min(1000, counted))
    for (const { sample } of items) expect(sample.length).toBeLessThanOrEqual(512)
    await unharmed()
  })

  test('a message above the limit ends the connection; the device may come again', async () => {
    const { readings, ...login } = site.device('mqtt')
    using device = await RawMqtt.open(platform.mqttPort, { ...login, clientId: 'large' })
    expect(await device.publish(readings, Buffer.alloc(50_000_000, 0x20))).toBe(false)
    using again = await RawMqtt.open(platform.mqttPort, { ...login, clientId: 'smaller' })
    expect(await again.publish(readings, '{"measurement":"airSensor","fields":{"humidity":41}}')).toBe(true)
    await unharmed()
  })

  test('what is odd but right is stored as it means', async () => {
    const { readings, ...login } = site.device('odd')
    using device = await RawMqtt.open(platform.mqttPort, login)
    for (const { body } of oddButGood) expect(await device.publish(readings, body)).toBe(true)
    const stored = await site.stored('odd')
    for (const { name, field, value } of oddButGood)
      expect([name, stored.get(`${field}@1767225600000`)]).toEqual([name, value])
    await unharmed()
  })

  const count = rounds(5_000, 100_000)
  test(`${count} messages of noise and damaged readings are each answered`, {
    timeout: 300_000,
  }, async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    console.log(`seed ${seed}`)
    const random = randomBytes(seed)
    const { readings, ...login } = site.device('noise')
    using device = await RawMqtt.open(platform.mqttPort, login)
    let answered = 0
    for (let n = 0; n < count; n += 100) {
      const bodies = Array.from({ length: 100 }, (_, k) =>
        k % 2 ? damaged(random) : random(1 + (k % 50) * 4),
      )
      const answers = await Promise.all(bodies.map(body => device.publish(readings, body)))
      answered += answers.filter(Boolean).length
      expect(device.isClosed).toBe(false)
    }
    expect(answered).toBe(count)
    await unharmed()
  })
})

describe('over HTTP', () => {
  test(`${poisons.length} kinds of poison are refused in words, none with 5xx`, async () => {
    for (const { name, body } of poisons) {
      const answer = await post('http', body)
      const said = (await answer.json()) as { accepted?: number }
      // An empty array is nothing to refuse.
      const status = name === 'an empty array' ? 200 : 400
      expect([name, answer.status, said.accepted ?? 0]).toEqual([name, status, 0])
    }
    expect((await site.stored('http')).size).toBe(0)
    await unharmed()
  })

  test('a batch with poison in it stores the rest and says which it was', async () => {
    const bodies = poisons.filter(({ body }) => isSmallJson(body)).map(({ body }) => body.toString())
    const batch = bodies.flatMap((body, n) => [
      body,
      `{"measurement":"airSensor","time":${1_767_225_600_000 + n},"fields":{"temperature":20}}`,
    ])
    const answer = await post('honest', Buffer.from(`[${batch.join()}]`))
    const said = (await answer.json()) as { accepted: number; rejected: { index: number }[] }
    expect([answer.status, said.accepted]).toEqual([200, bodies.length])
    expect(new Set(said.rejected.map(({ index }) => index % 2))).toEqual(new Set([0]))
    await unharmed()
  })

  test('bodies that are too large, packed or plain, are refused without being held', async () => {
    const before = memoryOf(pid).rssMb
    const zeros = gzipSync(Buffer.alloc(100_000_000, 0x20))
    const gzip = { 'content-encoding': 'gzip' }
    expect((await post('http', zeros, gzip)).status).toBe(413)
    expect((await post('http', gzipSync(zeros), gzip)).status).toBe(400)
    expect((await post('http', zeros.subarray(0, 1000), gzip)).status).toBe(400)
    expect((await post('http', Buffer.from('[]'), { 'content-encoding': 'br' })).status).toBe(415)
    // The server may close while the body still comes: then the refusal is seen as a broken connection.
    const large = await post('http', Buffer.alloc(50_000_000, 0x20)).then(
      ({ status }) => status,
      () => 413,
    )
    expect(large).toBe(413)
    const { rssMb } = memoryOf(pid)
    console.log(`large bodies: ${before.toFixed(0)} MB before, ${rssMb.toFixed(0)} MB after`)
    expect(rssMb - before).toBeLessThan(250)
    await unharmed()
  })

  test('100 000 keys and as many items are bounded', { timeout: 120_000 }, async () => {
    const keys = Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`).join()
    expect((await post('http', Buffer.from(`{"measurement":"m","fields":{${keys}}}`))).status).toBe(400)
    const items = Buffer.from(`[${Array.from({ length: 100_000 }, () => '{}').join()}]`)
    const answer = await post('http', items)
    expect(answer.status).toBe(400)
    await answer.arrayBuffer()
    await unharmed()
  })

  const lines: [string, string | Buffer][] = [
    ['no fields', 'airSensor'],
    ['a newline in a tag', 'airSensor,device=a\\\nb temperature=1'],
    ['NaN', 'airSensor,device=http temperature=NaN'],
    ['an integer beyond 64 bits', 'airSensor,device=http temperature=99999999999999999999i'],
    ['an open text', 'airSensor,device=http note="open'],
    ['invalid UTF-8', Buffer.from([0x61, 0x2c, 0xff, 0xfe, 0x20, 0x61, 0x3d, 0x31])],
    ['a line of 1 MB', `airSensor,device=http note="${'x'.repeat(1_000_000)}"`],
    [
      '100 000 tags',
      `airSensor,device=http,${Array.from({ length: 100_000 }, (_, n) => `t${n}=x`).join()} temperature=1`,
    ],
    ['__proto__', 'airSensor,device=http,__proto__=polluted __proto__="polluted"'],
  ]
  test.each(lines)(
    'line protocol with %s is refused by its line, the next line is stored',
    async (name, line) => {
      const time = 1_767_225_600_000 + lines.findIndex(([other]) => other === name)
      const honest = `airSensor,device=lines temperature=21 ${time}`
      // An open text swallows what follows, as the format has it: the honest line comes first.
      const body = Buffer.concat([Buffer.from(`${honest}\n`), Buffer.from(line as string)])
      const answer = await fetch(`${platform.url}/api/v2/write?bucket=${site.id}&precision=ms`, {
        method: 'POST',
        headers: site.headers,
        body: new Uint8Array(body),
      })
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(/line|2/)])
      expect((await site.stored('lines')).get(`temperature@${time}`)).toBe(21)
      await unharmed()
    },
  )
})

/** Whether it may stand in an array without spoiling it. */
function isSmallJson(body: Buffer): boolean {
  const text = body.toString()
  if (body.length > 1000 || !isUtf8(body) || text.includes('__proto__')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
