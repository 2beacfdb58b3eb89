import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from '../cli/command.ts'
import { importCommand } from '../cli/import.ts'
import { readLines } from './lines.ts'

let folder: string
let server: Server
let written: string[]
let answer: (request: number, text: string, response: ServerResponse) => void

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ohmstead-transfer-'))
  written = []
  answer = (_, __, response) => response.writeHead(204).end()
  let requests = 0
  server = createServer(async (request, response) => {
    if (request.method === 'GET') return void response.end('{"timezone":"Australia/Sydney"}')
    const text = gunzipSync(await bytesOf(request)).toString()
    const before = written.length
    answer(requests++, text, response)
    if (response.statusCode < 300 && written.length === before) written.push(text)
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function text() {
  let all = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      all += chunk
      done()
    },
  })
  return Object.assign(stream, { all: () => all })
}

async function run(...args: string[]) {
  const { port } = server.address() as { port: number }
  const [out, err] = [text(), text()]
  const env = { OHMSTEAD_URL: `http://127.0.0.1:${port}`, OHMSTEAD_TOKEN: 'secret' }
  const commands = { import: { summary: '', load: async () => importCommand } }
  const code = await runCommand(commands, ['import', ...args], {
    out,
    err,
    env,
    signal: new AbortController().signal,
  })
  return { code, out: out.all(), err: err.all() }
}

const desk = ['--site', 'desk', '--time', 'ts', '--time-unit', 's', '--field', 'power=p1s_w']

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const csv = (rows: number) =>
  `ts,p1s_w,p8s_w\n${Array.from({ length: rows }, (_, i) => `${1368619200 + i * 2},${i % 90},0`).join('\n')}\n`

test('a packed CSV is stored as the device its name says', async () => {
  const path = await file('Desk_Lamp.csv.gz', gzipSync(csv(3)))
  expect(await run(path, ...desk)).toMatchObject({ code: 0, out: `${path}: 3 readings stored, 0 refused\n` })
  expect(written).toEqual([
    'electricalMeter,device=desk-lamp power=0 1368619200000\n' +
      'electricalMeter,device=desk-lamp power=1 1368619202000\n' +
      'electricalMeter,device=desk-lamp power=2 1368619204000\n',
  ])
  expect(existsSync(`${path}.import.json`)).toBe(false)
})

test('malformed lines are counted by reason with their numbers, the others stored', async () => {
  const path = await file(
    'monitor.csv',
    [
      '15/05/2013 07:17:22;19;19',
      '15/0515/05/2013 07:17:22;19;19',
      '15/05/2013 07:42:4415/05/2013 07:17:25;44;44',
      '15/05/2013 07:43:57;14;115/05/2013 07:17:24;14;12',
      '15/05/2013 07:17:24;19;19',
      '',
    ].join('\r\n'),
  )
  const columns = ['--no-header', '--time', '1', '--time-format', 'DD/MM/YYYY HH:mm:ss', '--field', 'power=2']
  const { code, out } = await run(path, '--site', 'desk', ...columns)
  expect(code).toBe(3)
  expect(out).toBe(
    `${path}: 2 readings stored, 3 refused\n` +
      '  2 × time: is no time (line 2, 3)\n  1 × expected 3 cells, got 5 (line 4)\n',
  )
  // The site's zone, as the server says it: 07:17:22 in Sydney is 21:17:22 UTC.
  expect(written[0]).toContain(` ${Date.parse('2013-05-14T21:17:22Z')}\n`)
})

test('a dry run says what would happen and sends nothing', async () => {
  const path = await file('lamp.csv', `${csv(3)}oops,1,1\n`)
  const { code, out } = await run(path, ...desk, '--dry-run')
  expect(code).toBe(3)
  expect(out).toBe(
    [
      `${path}: CSV, 4 lines`,
      'to site desk, measurement electricalMeter, device lamp',
      '  power ← column p1s_w',
      '2013-05-15T12:00:00+00:00 to 2013-05-15T12:00:04+00:00 (UTC)',
      'first readings:',
      '  2013-05-15T12:00:00+00:00  lamp  power=0',
      '  2013-05-15T12:00:02+00:00  lamp  power=1',
      '  2013-05-15T12:00:04+00:00  lamp  power=2',
      '3 readings with 3 values would be sent, 1 refused',
      '  1 × time: is no time (line 5)',
      'nothing was sent (dry run)\n',
    ].join('\n'),
  )
  expect(written).toEqual([])
})

test('an interrupted import goes on behind what was stored', async () => {
  const path = await file('lamp.csv', csv(70_000))
  answer = (request, _, response) => response.writeHead(request < 2 ? 204 : 403).end('{"detail":"not yours"}')
  const first = await run(path, ...desk)
  expect(first).toMatchObject({ code: 1, err: expect.stringContaining('the server answered 403: not yours') })
  const stored = written.join('')
  const state = JSON.parse(await readFile(`${path}.import.json`, 'utf8'))
  expect(state.accepted).toBe(stored.split('\n').length - 1)

  answer = (_, __, response) => response.writeHead(204).end()
  const second = await run(path, ...desk)
  expect(second).toMatchObject({ code: 0, out: `${path}: 70 000 readings stored, 0 refused\n` })
  expect(second.err).toContain(`goes on after line`)
  expect(written.join('').split('\n').length - 1).toBe(70_000)
  expect(new Set(written.join('').split('\n')).size).toBe(70_001)
})

test('a clock that was set back is told, as its hours come twice', async () => {
  const path = await file(
    'lamp.csv',
    'ts,p1s_w,p8s_w\n1368619200,1,0\n1368619202,2,0\n1368618202,3,0\n1368618204,4,0\n',
  )
  const { code, out } = await run(path, ...desk)
  expect(code).toBe(0)
  expect(out).toContain('times go back in 1 place (line 4 by 16 min 40 s)')
})

test('another mapping of the same file begins anew', async () => {
  const path = await file('lamp.csv', csv(50_000))
  answer = (request, _, response) => response.writeHead(request === 0 ? 204 : 500).end('{}')
  expect((await run(path, ...desk)).code).toBe(1)
  written = []
  answer = (_, __, response) => response.writeHead(204).end()
  const { err } = await run(path, ...desk.slice(0, -1), 'power=p8s_w')
  expect(err).not.toContain('goes on')
  expect(written.join('').split('\n').length - 1).toBe(50_000)
})

test('what the server refuses is told by the line of the file', async () => {
  const path = await file('lamp.csv', `ts,p1s_w,p8s_w\nbad,1,1\n1368619200,5,0\n1368619202,-7,0\n`)
  answer = (_, body, response) => {
    written.push(body)
    const rejected = [{ line: 2, field: 'fields.power', reason: 'is less than 0' }]
    response.writeHead(400).end(JSON.stringify({ message: 'partial write', accepted: 1, rejected }))
  }
  const { code, out } = await run(path, ...desk)
  expect(code).toBe(3)
  expect(out).toContain('1 readings stored, 2 refused')
  expect(out).toContain('fields.power: is less than 0 (line 4)')
})

test('a busy server is waited for, then all is stored once', async () => {
  const path = await file('lamp.csv', csv(2))
  answer = (request, _, response) =>
    request === 0 ? response.writeHead(503, { 'retry-after': '0' }).end() : response.writeHead(204).end()
  expect(await run(path, ...desk)).toMatchObject({
    code: 0,
    err: expect.stringContaining('answered 503; waiting'),
  })
  expect(written).toHaveLength(1)
})

test('line protocol goes as it is, comments left out, refusals by line', async () => {
  const path = await file('old.lp', '# export\nm,device=a v=1 1\n\nm,device=a v=x 2\nm,device=a v=3 3\n')
  answer = (_, body, response) => {
    written.push(body)
    response
      .writeHead(400)
      .end(JSON.stringify({ rejected: [{ line: 2, field: 'v', reason: 'is no value' }] }))
  }
  const { code, out } = await run(path, '--site', 'desk', '--precision', 's')
  expect(code).toBe(3)
  expect(written).toEqual(['m,device=a v=1 1\nm,device=a v=x 2\nm,device=a v=3 3\n'])
  expect(out).toContain('v: is no value (line 4)')
})

test('Parquet is read by column name, with its own times', async () => {
  const path = await file(
    'meter.parquet',
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'when', data: [new Date(1368619200000), new Date(1368619260000)], type: 'TIMESTAMP' },
          { name: 'kwh', data: [1.5, 1.75], type: 'DOUBLE' },
          { name: 'plug', data: ['Desk 1', 'Desk 2'], type: 'STRING' },
        ],
      }),
    ),
  )
  const columns = [
    '--time',
    'when',
    '--field',
    'energyImport=kwh:kWh',
    '--device-column',
    'plug',
    '--zone',
    'UTC',
  ]
  expect((await run(path, '--site', 'desk', ...columns)).code).toBe(0)
  expect(written).toEqual([
    'electricalMeter,device=desk-1 energyImport=1500 1368619200000\n' +
      'electricalMeter,device=desk-2 energyImport=1750 1368619260000\n',
  ])
})

test.each([
  [['no-such.csv', ...desk], "there is no file 'no-such.csv'"],
  [[], 'which file?'],
  [['a.csv', 'b.csv', ...desk, '--device', 'x'], 'several files cannot be one device'],
  [['a.csv', ...desk, '--format', 'xls'], 'format: expected one of csv, parquet, lines'],
  [['a.csv', ...desk, '--url', 'nowhere'], 'url: expected an address'],
])('%j: %s', async (args, message) => {
  expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) })
})

test('a YAML map stands for flags, and flags go before it', async () => {
  const map = await file('map.yaml', 'site: desk\ntime: ts\ntime-unit: s\nfield:\n  power: p8s_w\n')
  const path = await file('lamp.csv', csv(1))
  expect((await run(path, '--map', map, '--device', 'other')).code).toBe(0)
  expect(written).toEqual(['electricalMeter,device=other power=0 1368619200000\n'])
  const wrong = await file('wrong.yaml', 'sites: desk\n')
  expect(await run(path, '--map', wrong)).toMatchObject({
    code: 2,
    err: expect.stringContaining("unknown word 'sites'"),
  })
})

test('lines come whole, whatever the chunks, with and without a last line end', async () => {
  const long = Array.from({ length: 90_000 }, (_, i) => `zeile ${i} äöü`)
  for (const end of ['', '\n']) {
    const path = await file('long.txt', `\ufeff${long.join('\r\n')}${end}`)
    const all: string[] = []
    for await (const { lines, first } of readLines(path)) {
      expect(first).toBe(all.length + 1)
      all.push(...lines)
    }
    expect(all).toEqual(long)
  }
})
