import { nameFault, type Tags, type Value, type ValueType } from '@ohmstead/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LineOptions, type LineSink, parseLines } from './lineProtocol.ts'

const now = Date.parse('2026-06-15T12:00:00Z')
const time = Date.parse('2026-01-01T00:00:00Z')
const ns = `${time}000000`

interface Point {
  measurement: string
  tags: Tags
  field: string
  value: Value
  time: number
}

/** Remembers everything; refuses what `refuse` has a reason for. */
class Notes implements LineSink {
  readonly points: Point[] = []
  readonly refusals: string[] = []
  readonly columns: [string, Tags, string, ValueType][] = []
  readonly lines: number[] = []
  readonly #refuse: (field: string, type: ValueType) => string | undefined

  constructor(refuse: (field: string, type: ValueType) => string | undefined = () => undefined) {
    this.#refuse = refuse
  }

  column(measurement: string, tags: Tags, field: string, type: ValueType): number | string {
    return this.#refuse(field, type) ?? this.columns.push([measurement, tags, field, type]) - 1
  }

  add(column: number, time: number, value: Value, line: number): void {
    const [measurement, tags, field, type] = this.columns[column]!
    expect(typeof value).toBe(type)
    this.points.push({ measurement, tags, field, value, time })
    this.lines.push(line)
  }

  refuse(line: number, field: string, reason: string): void {
    this.refusals.push(`${line} ${field}: ${reason}`)
  }
}

function read(body: string | Uint8Array, options: Partial<LineOptions> = {}, notes = new Notes()): Notes {
  parseLines(typeof body === 'string' ? Buffer.from(body) : body, { now, ...options }, notes)
  return notes
}

/** The values of a body in which nothing is refused. */
function values(body: string): Record<string, Value> {
  const { points, refusals } = read(body)
  expect(refusals).toEqual([])
  return Object.fromEntries(points.map(({ field, value }) => [field, value]))
}

test('a line is a point', () => {
  const { points, refusals } = read(`electricalMeter,device=plug-1,room=stue power=12.5,on=true ${ns}\n`)
  const tags = { device: 'plug-1', room: 'stue' }
  expect(points).toEqual([
    { measurement: 'electricalMeter', tags, field: 'power', value: 12.5, time },
    { measurement: 'electricalMeter', tags, field: 'on', value: true, time },
  ])
  expect(refusals).toEqual([])
})

describe('values', () => {
  test.each<[string, Value]>([
    ['0', 0],
    ['1', 1],
    ['-1', -1],
    ['+1', 1],
    ['1.', 1],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['1.5', 1.5],
    ['0.1', 0.1],
    ['123456789.012345', 123456789.012345],
    ['0.000000000000001', 1e-15],
    ['1234567890123456789', Number('1234567890123456789')],
    ['0.30000000000000004', 0.30000000000000004],
    ['1e3', 1000],
    ['-1.5E-3', -0.0015],
    ['1e+06', 1e6],
    ['4.9e-324', 5e-324],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['42i', 42],
    ['-42i', -42],
    ['9223372036854775807i', 2 ** 63],
    ['-9223372036854775808i', -(2 ** 63)],
    ['18446744073709551615u', 2 ** 64],
    ['7u', 7],
    ['t', true],
    ['T', true],
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['f', false],
    ['F', false],
    ['false', false],
    ['False', false],
    ['FALSE', false],
    ['"text"', 'text'],
    ['""', ''],
    ['"a b,c=d"', 'a b,c=d'],
    ['"say \\"hi\\""', 'say "hi"'],
    ['"C:\\\\dir"', 'C:\\dir'],
    ['"C:\\new\\table"', 'C:\\new\\table'],
    ['"ends with \\\\"', 'ends with \\'],
    ['"æ 寝室 🔌"', 'æ 寝室 🔌'],
    ['"# no comment"', '# no comment'],
    ['"two\nlines"', 'two\nlines'],
  ])('%s', (written, value) => {
    expect(values(`m a=${written},b=1 ${ns}`)).toEqual({ a: value, b: 1 })
    expect(values(`m a=${written}`)).toEqual({ a: value })
  })

  test.each([
    ['NaN', "expected a number, a text in quotes, true or false, got 'NaN'"],
    ['inf', "expected a number, a text in quotes, true or false, got 'inf'"],
    ['-Inf', "expected a number, a text in quotes, true or false, got '-Inf'"],
    ['0x10', "expected a number, a text in quotes, true or false, got '0x10'"],
    ['1_000', "expected a number, a text in quotes, true or false, got '1_000'"],
    ['12i5', "expected a number, a text in quotes, true or false, got '12i5'"],
    ['1.5i', "expected a number, a text in quotes, true or false, got '1.5i'"],
    ['1e', "expected a number, a text in quotes, true or false, got '1e'"],
    ['-', "expected a number, a text in quotes, true or false, got '-'"],
    ['.', "expected a number, a text in quotes, true or false, got '.'"],
    ['truth', "expected a number, a text in quotes, true or false, got 'truth'"],
    ["'text'", "expected a number, a text in quotes, true or false, got ''text''"],
    ['text', "expected a number, a text in quotes, true or false, got 'text'"],
    ['ø', "expected a number, a text in quotes, true or false, got 'ø'"],
    ['', 'has no value'],
    ['"open', 'its closing quote is missing'],
    ['"a"b', "goes on after its closing quote: 'b'"],
  ])('%s costs the line', (written, reason) => {
    const { points, refusals } = read(`m a=${written},b=1 ${ns}\nm c=2 ${ns}`)
    expect(refusals).toEqual([`1 fields.a: ${reason}`])
    expect(points.map(({ field, value }) => [field, value])).toEqual([['c', 2]])
  })

  test.each([
    ['1e999', "'1e999' is too large"],
    ['-1e400', "'-1e400' is too large"],
    ['9223372036854775808i', "'9223372036854775808i' does not fit into 64 bits"],
    ['-1u', "'-1u' does not fit into 64 bits"],
    ['18446744073709551616u', "'18446744073709551616u' does not fit into 64 bits"],
    ['"a\0b"', 'contains NUL'],
    [`"${'x'.repeat(4097)}"`, 'a text longer than 4096 bytes'],
  ])('%s costs the field only', (written, reason) => {
    const { points, refusals } = read(`m a=${written},b=1 ${ns}`)
    expect(refusals).toEqual([`1 fields.a: ${reason}`])
    expect(points.map(({ field }) => field)).toEqual(['b'])
  })

  test('a number of 400 digits is refused, and none of it is taken for a time', () => {
    const { points, refusals } = read(`m a=${'1'.repeat(410)} ${ns}\nm a=0.${'0'.repeat(410)}1 ${ns}`)
    expect(points).toEqual([])
    expect(refusals).toHaveLength(2)
  })
})

describe('names', () => {
  test.each<[string, string, Tags, string]>([
    ['my\\ meter,a\\,b=c\\ d\\=e f\\ 1=1', 'my meter', { 'a,b': 'c d=e' }, 'f 1'],
    ['a\\,b x\\=y=1', 'a,b', {}, 'x=y'],
    ['m=1,a=b f=1', 'm=1', { a: 'b' }, 'f'],
    ['back\\slash,t\\ag=va\\lue fi\\eld=1', 'back\\slash', { 't\\ag': 'va\\lue' }, 'fi\\eld'],
    ['"quoted",a="b" "c"=1', '"quoted"', { a: '"b"' }, '"c"'],
    ['°C,rom=kjøkken tåke=1', '°C', { rom: 'kjøkken' }, 'tåke'],
    ['m,b=2,a=1 f=1', 'm', { b: '2', a: '1' }, 'f'],
    ['m\\=x f=1', 'm\\=x', {}, 'f'],
  ])('%s', (line, measurement, tags, field) => {
    const { points, refusals } = read(`${line} ${ns}\n${line} ${ns}`)
    expect(refusals).toEqual([])
    expect(points).toEqual(Array(2).fill({ measurement, tags, field, value: 1, time }))
  })

  test.each([
    ['m', 'fields: expected at least one'],
    ['m,a=b', 'fields: expected at least one'],
    ['m ', 'fields: expected at least one'],
    [',a=b f=1', 'measurement: a name is empty'],
    ['m, f=1', "tags: expected name=value, got ''"],
    ['m,a f=1', "tags: expected name=value, got 'a'"],
    ['m,a= f=1', 'tags.a: has no value'],
    ['m,=b f=1', 'tags.: a name is empty'],
    ['m,a=b=c f=1', "tags: expected name=value, got 'a=b=c'"],
    ['m,a=1,a=2 f=1', 'tags.a: is there twice'],
    ['m,__proto__=1 f=1', "tags.__proto__: '__proto__' cannot be a name"],
    ['constructor f=1', "measurement: 'constructor' cannot be a name"],
    ['m\0 f=1', 'measurement: contains a control character'],
    ['m,a=\x1b[31m f=1', 'tags.a: contains a control character'],
    [`${'m'.repeat(129)} f=1`, 'measurement: a name longer than 128 characters'],
    [`m,a=${'b'.repeat(257)} f=1`, 'tags.a: longer than 256 characters'],
    [`m${',a=b'.repeat(65)} f=1`, 'tags: more than 64'],
    ['m f', "fields: expected name=value, got 'f'"],
    ['m f 12', "fields: expected name=value, got 'f'"],
    ['m f=1,', "fields: expected name=value, got ''"],
    ['m f=1,,g=2', "fields: expected name=value, got ''"],
    ['m 12', "fields: expected name=value, got '12'"],
  ])('%j is refused', (line, reason) => {
    const { points, refusals } = read(`${line}\n`)
    expect(refusals).toEqual([`1 ${reason}`])
    expect(points).toEqual([])
  })

  test('of a field that cannot be kept costs that field', () => {
    const { points, refusals } = read(`m __proto__=1,=2,a\x01b=3,${'n'.repeat(129)}=4,good=5 ${ns}`)
    expect(refusals).toHaveLength(4)
    expect(refusals[0]).toBe("1 fields.__proto__: '__proto__' cannot be a name")
    expect(points.map(({ field }) => field)).toEqual(['good'])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  test('and texts that are not UTF-8 are refused', () => {
    const body = Buffer.concat([
      Buffer.from('m\xff f=1\nm,a=\xc3\x28 f=1\nm \xfe=1,g=2\nm s="\xed\xa0\x80",h=3\nm ok=1\n', 'latin1'),
    ])
    const { points, refusals } = read(body)
    expect(refusals.map(text => text.slice(0, text.indexOf(':')))).toEqual([
      '1 measurement',
      '2 measurement',
      '3 fields.',
      '4 fields.s',
    ])
    expect(points.map(({ field }) => field)).toEqual(['g', 'h', 'ok'])
  })
})

describe('lines', () => {
  test('end with LF or CR LF, may be empty or comments, and are counted', () => {
    const body = `# a comment, "with a quote\r\n\r\n  \n\tm a=1 ${ns}\r\n   # another\nm b=oops\n\nm c=3\r\nm d`
    const { points, refusals, lines } = read(body)
    expect(points.map(({ field }) => field)).toEqual(['a', 'c'])
    expect(points.map(({ time }) => time)).toEqual([time, now])
    expect(lines).toEqual([4, 8])
    expect(refusals.map(text => text.slice(0, 2))).toEqual(['6 ', '9 '])
  })

  test('may begin with a byte order mark and have several spaces', () => {
    expect(read(`\ufeffm   a=1   ${ns}   \n`).points).toEqual([
      { measurement: 'm', tags: {}, field: 'a', value: 1, time },
    ])
  })

  test('of a text in quotes count, too', () => {
    const { lines, refusals } = read(`m a="1\n2\n3"\nm b=1\nm c=x\n`)
    expect(lines).toEqual([1, 4])
    expect(refusals[0]).toMatch(/^5 /)
  })

  test('after an open quote are read as if it were not there', () => {
    const body = `m a="open ${ns}\nm b="closed",c=1 ${ns}\nm d="open again\nm e=2\nm f="end`
    const { points, refusals } = read(body)
    expect(points.map(({ field }) => field)).toEqual(['b', 'c', 'e'])
    expect(refusals).toEqual([
      '1 fields.a: its closing quote is missing',
      '3 fields.d: its closing quote is missing',
      '5 fields.f: its closing quote is missing',
    ])
  })

  test('inside a text that is too long are never read as lines', () => {
    const evil = `\nelectricalMeter,device=other power=1e9\n`
    const { points } = read(`m a="${'x'.repeat(4096)}${evil}",b=1 ${ns}\nm c="${evil}",d=oops\n`)
    expect(points.map(({ field }) => field)).toEqual(['b'])
  })

  // Were the work to grow with the square of the input, these would run for minutes.
  test('of 200 000 open quotes are all read', { timeout: 30_000 }, () => {
    const counts = { refused: 0 }
    const sink: LineSink = { column: () => 0, add: () => {}, refuse: () => void counts.refused++ }
    parseLines(Buffer.from('m a="x\n'.repeat(200_000)), { now }, sink)
    expect(counts.refused).toBe(200_000)
  })

  test('of 50 000 series, and 50 000 fields of one series, too', { timeout: 30_000 }, () => {
    const many = Array.from({ length: 50_000 }, (_, i) => `m,a=${i} f=1\nm f${i}=1`).join('\n')
    const sink: LineSink = { column: () => 0, add: () => {}, refuse: () => {} }
    expect(parseLines(Buffer.from(many), { now }, sink).values).toBe(100_000)
  })

  test('are counted as points when something of them was kept', () => {
    const notes = new Notes(field => (field === 'no' ? 'is not wanted' : undefined))
    const body = Buffer.from(`m a=1,no=2 ${ns}\nm no=2 ${ns}\nm b=1,c=2 ${ns}\nm x\n`)
    expect(parseLines(body, { now }, notes)).toEqual({ points: 2, values: 3 })
    expect(notes.refusals.slice(0, 2)).toEqual(['1 fields.no: is not wanted', '2 fields.no: is not wanted'])
  })

  test('of which the sink itself refuses every value are not', () => {
    const sink: LineSink = {
      column: () => 0,
      add: (_column, _time, value) => value !== 13 && undefined,
      refuse: () => {},
    }
    const body = Buffer.from('m a=13\nm a=12,b=13\n')
    expect(parseLines(body, { now }, sink)).toEqual({ points: 1, values: 1 })
  })

  test('with more fields than 256 are refused', () => {
    const line = (n: number) => `m ${Array.from({ length: n }, (_, i) => `f${i}=1`).join(',')} ${ns}\n`
    expect(read(line(256)).points).toHaveLength(256)
    expect(read(line(257)).points).toHaveLength(0)
    expect(read(line(257)).refusals).toEqual(['1 fields: more than 256'])
  })
})

test('a series is asked for once in a body, and once more for another type', () => {
  const { columns } = read(`m,a=1 f=1,g=2 ${ns}\nm,a=1 g=3,f=4 ${ns}\nm,a=1 f="x" ${ns}\nm,a=2 f=1 ${ns}\n`)
  expect(columns).toEqual([
    ['m', { a: '1' }, 'f', 'number'],
    ['m', { a: '1' }, 'g', 'number'],
    ['m', { a: '1' }, 'f', 'string'],
    ['m', { a: '2' }, 'f', 'number'],
  ])
})

test('nothing of a line whose time is bad is asked for', () => {
  expect(read('m f=1 soon\n').columns).toEqual([])
})

describe('times', () => {
  const timeOf = (written: string, precision?: string) =>
    read(`m a=1 ${written}`, precision === undefined ? {} : { precision }).points[0]?.time

  test.each([
    [`${time}000000`, undefined, time],
    [`${time}000000`, '', time],
    [`${time}000000`, 'ns', time],
    [`${time}000000`, 'n', time],
    [`${time}999999`, 'ns', time],
    [`${time}000`, 'us', time],
    [`${time}999`, 'u', time],
    [`${time}000`, 'µ', time],
    [`${time}`, 'ms', time],
    [`${time / 1000}`, 's', time],
    [`${time / 60_000}`, 'm', time],
    [`${time / 3_600_000}`, 'h', time],
    [`${time / 1000}`, 'second', time],
    ['', 's', now],
  ])('%s in %s', (written, precision, expected) => expect(timeOf(written, precision)).toBe(expected))

  test.each([
    ['12x', 'ns', "expected a whole number of ns, got '12x'"],
    ['1.5', 's', "expected a whole number of s, got '1.5'"],
    [`${ns} x`, 'ns', `expected a whole number of ns, got '${ns}'`],
    ['-', 'ns', "expected a whole number of ns, got '-'"],
    ['99999999999999999999', 'ns', "expected a whole number of ns, got '99999999999999999999'"],
    [`${time}`, 'ns', `${time} ns is before the year 2000; it looks like ms, say so with precision=ms`],
    [
      `${time / 1000}`,
      'ns',
      `${time / 1000} ns is before the year 2000; it looks like s, say so with precision=s`,
    ],
    [`${ns}`, 's', `${ns} s is too far in the future; it looks like ns, say so with precision=ns`],
    ['0', 'ns', '0 ns is before the year 2000'],
    ['-1', 'ns', '-1 ns is before the year 2000'],
    ['9223372036854775807', 'ns', '9223372036854775807 ns is too far in the future'],
    [`${now + 600_001}`, 'ms', `${now + 600_001} ms is too far in the future`],
  ])('%s in %s is refused', (written, precision, reason) => {
    const { points, refusals } = read(`m a=1 ${written}`, { precision })
    expect(points).toEqual([])
    expect(refusals).toEqual([`1 time: ${reason}`])
  })

  test('a forecast may lie ahead, and how far others may is the caller’s to say', () => {
    expect(
      read(`weatherForecast temperature=3 ${now + 86_400_000}`, { precision: 'ms' }).points,
    ).toHaveLength(1)
    expect(read(`m a=3 ${now + 86_400_000}`, { precision: 'ms', futureMs: 86_400_000 }).points).toHaveLength(
      1,
    )
    expect(read(`m a=3 ${now + 60_000}`, { precision: 'ms', futureMs: 59_999 }).points).toHaveLength(0)
  })

  test('an unknown precision is an error', () => {
    expect(() => read('m a=1', { precision: 'fortnight' })).toThrow('precision')
    expect(() => read('m a=1', { precision: 'constructor' })).toThrow('precision')
  })
})

describe('whatever is written', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    // The format cannot write a name that ends in a backslash.
    .filter(text => nameFault(text) === undefined && !text.includes('\\'))
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0')),
  )
  const point = fc.record({
    measurement: name.filter(text => !text.startsWith('#') && !text.startsWith('\ufeff')),
    tags: fc.dictionary(name, name, { maxKeys: 4 }),
    fields: fc.dictionary(name, value, { minKeys: 1, maxKeys: 5 }),
    time: fc.integer({ min: Date.UTC(2000, 0, 1), max: now }),
  })
  const key = (text: string) => text.replace(/[,= ]/g, '\\$&')
  const literal = (value: Value) => {
    if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`
    return Object.is(value, -0) ? '-0' : String(value)
  }
  const pairs = (of: Record<string, unknown>, write: (value: never) => string) =>
    Object.entries(of).map(([name, value]) => `${key(name)}=${write(value as never)}`)

  test('comes back', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 10 }), points => {
        const body = points.map(
          ({ measurement, tags, fields, time }) =>
            `${[measurement.replace(/[, ]/g, '\\$&'), ...pairs(tags, key)].join(',')} ${pairs(fields, literal).join(',')} ${time}`,
        )
        const { points: back, refusals } = read(body.join('\n'), { precision: 'ms' })
        expect(refusals).toEqual([])
        expect(back).toEqual(
          points.flatMap(({ fields, ...rest }) =>
            Object.entries(fields).map(([field, value]) => ({ ...rest, field, value })),
          ),
        )
      }),
      { numRuns: 200 },
    )
  })

  const sound = (body: Uint8Array) => {
    const { points } = read(body)
    for (const { value, time } of points) {
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
      expect(Number.isInteger(time)).toBe(true)
    }
  }

  test('random bytes never throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), sound), { numRuns: 1000 })
  })

  test('nor do lines with a few bytes changed', () => {
    const good = Buffer.from(`a\\ b,c=d,e=f g=1.5,h="i\\"j",k=-4i,l=true ${ns}\r\n# x\nm n=1e5 ${ns}\n`)
    const change = fc.tuple(fc.nat(good.length - 1), fc.constantFrom(...Buffer.from('\\"\n ,=#\0\xff1eit')))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(good.length), (changes, cut) => {
        const body = Uint8Array.from(good)
        for (const [at, byte] of changes) body[at] = byte
        sound(body.subarray(0, cut))
      }),
      { numRuns: 2000 },
    )
  })
})
