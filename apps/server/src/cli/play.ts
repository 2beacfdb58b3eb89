import { InvalidInput, isoLocal, systemClock, topics } from '@ohmstead/model'
import { connectAsync, type MqttClient } from 'mqtt'
import { existing } from '../transfer/lines.ts'
import { withMapFile } from '../transfer/mapFile.ts'
import { type MappingValues, mappingOf, mappingOptions } from '../transfer/mapping.ts'
import { merge } from '../transfer/merge.ts'
import { type PlayReading, type PlayRow, play } from '../transfer/player.ts'
import { grouped } from '../transfer/progress.ts'
import { ServerRefused } from '../transfer/server.ts'
import { formatOf, readRows } from '../transfer/source.ts'
import { Tally } from '../transfer/tally.ts'
import type { Command, CommandIo, Values } from './command.ts'
import { mappingUsage } from './import.ts'

export const playCommand: Command = {
  name: 'play',
  usage: `
Usage: ohmstead play FILE… --site SITE --field NAME=COLUMN --token TOKEN [options]

Publishes recorded readings over MQTT as the devices that made them, at the pace at which they were recorded. Several
files play together; each must be in time order.

  --speed N             so many times faster [1]; 'max' for as fast as they are acknowledged
  --now                 with the time at which they are due instead of the recorded one; then a device plays
                        at most 1000 readings a second
  --mqtt URL            the broker [mqtt://127.0.0.1:1883], also OHMSTEAD_MQTT_URL
  --token TOKEN         a token that may write to the site; also OHMSTEAD_TOKEN
  --username NAME       with --password: a device's own credentials, for files of that device
  --password PASSWORD   also OHMSTEAD_MQTT_PASSWORD
${mappingUsage}

Exit code: 0 all acknowledged; 3 the same, but some lines were left out (they are listed); 1 not finished; 2 called wrongly.

Example: ohmstead play *.csv.gz --site lab --time ts --time-unit s --field power=p1s_w --speed 60 --now
`,
  options: {
    ...mappingOptions,
    speed: { type: 'string' },
    now: { type: 'boolean' },
    mqtt: { type: 'string' },
    token: { type: 'string' },
    username: { type: 'string' },
    password: { type: 'string' },
  },
  async run(flags, files, io) {
    if (files.length === 0) throw new InvalidInput('', "which file? see 'ohmstead play --help'")
    const values = withMapFile(flags)
    const speed = speedOf(flags.speed)
    for (const file of files) await existing(file)
    const tally = new Tally()
    const [{ site }] = files.map(file => mappingOf(values, file))
    const rows = merge(files.map(file => recorded(file, values, tally, io)))
    const client = await connect(flags, site, io)
    // Messages that nobody acknowledges must not hold up the end.
    let isCut = true
    try {
      const sent = await playAll(rows, client, { site, speed, now: flags.now === true, io })
      isCut = false
      io.out.write(`${grouped(sent)} readings acknowledged, ${grouped(tally.total)} lines left out\n`)
      for (const line of tally.report()) io.out.write(`${line}\n`)
      return tally.total > 0 ? 3 : 0
    } finally {
      await client.endAsync(isCut)
    }
  },
}

function speedOf(value: Values[string]): number {
  if (value === undefined) return 1
  if (value === 'max') return Number.POSITIVE_INFINITY
  const speed = Number(value)
  if (speed > 0) return speed
  throw new InvalidInput('speed', `expected a number above 0, or max, got '${value}'`)
}

async function* recorded(
  file: string,
  values: MappingValues,
  tally: Tally,
  io: CommandIo,
): AsyncGenerator<PlayRow> {
  const format = formatOf(file)
  if (format === 'lines') throw new InvalidInput('file', 'line protocol cannot be played; import it')
  const mapping = mappingOf(values, file)
  const zone = mapping.time.zone ?? 'UTC'
  const { measurement } = mapping
  for await (const chunk of readRows(file, format, {
    mapping,
    zone,
    signal: io.signal,
    now: systemClock.now(),
  })) {
    for (const refusal of chunk.refusals) tally.add(refusal)
    for (const row of chunk.rows) yield { ...row, measurement }
  }
}

async function connect(flags: Values, site: string, io: CommandIo): Promise<MqttClient> {
  const port = io.env.OHMSTEAD_MQTT_PORT ?? '1883'
  const url = String(flags.mqtt ?? io.env.OHMSTEAD_MQTT_URL ?? `mqtt://127.0.0.1:${port}`)
  const username = flags.username ?? site
  const password = flags.password ?? io.env.OHMSTEAD_MQTT_PASSWORD ?? flags.token ?? io.env.OHMSTEAD_TOKEN
  if (typeof password !== 'string')
    throw new InvalidInput('token', 'the broker asks for a token, or --username and --password')
  try {
    const client = await connectAsync(url, {
      username: String(username),
      password,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
    })
    client.on('error', () => {})
    return client
  } catch (cause) {
    throw new ServerRefused(0, `cannot connect to ${url}: ${(cause as Error).message || 'no answer'}`, {
      cause,
    })
  }
}

/** Messages that may be on their way at a time. */
const mostInFlight = 200

async function playAll(
  rows: AsyncIterable<PlayRow>,
  client: MqttClient,
  { site, speed, now, io }: { site: string; speed: number; now: boolean; io: CommandIo },
): Promise<number> {
  const inFlight = new Set<Promise<void>>()
  const lost = Promise.withResolvers<never>()
  lost.promise.catch(() => {})
  client.once('close', () =>
    lost.reject(
      new ServerRefused(
        0,
        'the broker closed the connection; may this token write to the site, and are the devices known there?',
      ),
    ),
  )
  const publish = async (device: string, readings: readonly PlayReading[]) => {
    const payload = JSON.stringify(readings.length === 1 ? readings[0] : readings)
    const done: Promise<void> = client
      .publishAsync(topics.readings(site, device), payload, { qos: 1 })
      .then(() => void inFlight.delete(done))
    done.catch(error => lost.reject(error))
    inFlight.add(done)
    if (inFlight.size >= mostInFlight) await Promise.race([...inFlight, lost.promise])
  }
  let shownAt = 0
  const progress = (sent: number, time: number) => {
    if (!(io.err as { isTTY?: boolean }).isTTY || systemClock.now() - shownAt < 200) return
    shownAt = systemClock.now()
    io.err.write(`\r\x1b[2Kplaying ${isoLocal(time, 'UTC')}, ${grouped(sent)} readings`)
  }
  const options = { speed, now, clock: systemClock, signal: io.signal, publish, progress }
  const sent = await Promise.race([play(rows, options), lost.promise])
  await Promise.race([Promise.all(inFlight), lost.promise])
  if (shownAt > 0) io.err.write('\n')
  return sent
}
