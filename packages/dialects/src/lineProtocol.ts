import {
  catalogue,
  type Instant,
  InvalidInput,
  nameFault,
  readingLimits,
  type Tags,
  type Value,
  type ValueType,
} from '@ohmstead/model'
import {
  backslash,
  carriageReturn,
  comma,
  decode,
  equals,
  hash as hashSign,
  newline,
  parseHead,
  quote,
  shown,
  space,
  tab,
  unescaped,
} from './lineSyntax.ts'
import { hashSeed, hashStep, type Keyed, RawTable, startsWith } from './rawTable.ts'

/** Where the values of a body go. */
export interface LineSink {
  /**
   * Called once per (measurement, tags, field) and type in a body, before the first value of it.
   * @returns a column number ≥ 0, or the reason why values of it are refused
   */
  column(measurement: string, tags: Tags, field: string, type: ValueType): number | string
  /**
   * `line` counts from 1, for a refusal of the sink's own: then it answers false and the value is not counted.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most sinks take everything and answer nothing
  add(column: number, time: Instant, value: Value, line: number): false | void
  /** `field` is a path into the reading: `time`, `tags.room`, `fields.power`; empty for the whole line. */
  refuse(line: number, field: string, reason: string): void
}

export interface LineOptions {
  /** Unit of the timestamps: `ns` (default) `n` `us` `u` `µ` `ms` `s` `m` `h`. */
  readonly precision?: string
  /** Time of the lines that have none, and what "in the future" is measured from. */
  readonly now: Instant
  /** readingLimits.futureMs unless given. */
  readonly futureMs?: number
}

/** What the sink took. */
export interface LineCount {
  /** Lines of which it took at least one value. */
  readonly points: number
  readonly values: number
}

/**
 * Reads a body of InfluxDB line protocol: `measurement,tag=value field=1.5,other="text" 1767225600000000000`, one point a
 * line, lines ended by LF or CR LF, `#` before a comment.
 *
 * A line that is not right is refused as a whole with its number, and the others are kept; a value of another type than
 * its series is the sink's to refuse. As in InfluxDB a quoted text may go over several lines, but one whose closing quote
 * is missing costs its own line only. Times are cut to milliseconds.
 * @throws InvalidInput for an unknown precision; nothing else
 */
export function parseLines(bytes: Uint8Array, options: LineOptions, sink: LineSink): LineCount {
  return new LineParser(bytes, options, sink).run()
}

/** Digits of a timestamp to leave out and what to multiply the rest by, to have milliseconds. */
interface Scale {
  readonly name: string
  readonly drop: number
  readonly factor: number
}

const scales: Scale[] = [
  { name: 'ns', drop: 6, factor: 1 },
  { name: 'us', drop: 3, factor: 1 },
  { name: 'ms', drop: 0, factor: 1 },
  { name: 's', drop: 0, factor: 1000 },
  { name: 'm', drop: 0, factor: 60_000 },
  { name: 'h', drop: 0, factor: 3_600_000 },
]

const aliases: Record<string, string> = {
  '': 'ns',
  n: 'ns',
  u: 'us',
  µ: 'us',
  μ: 'us',
  nanosecond: 'ns',
  microsecond: 'us',
  millisecond: 'ms',
  second: 's',
}

function scaleOf(precision: string): Scale {
  const name = Object.hasOwn(aliases, precision) ? aliases[precision] : precision
  const scale = scales.find(scale => scale.name === name)
  if (scale) return scale
  throw new InvalidInput('precision', `expected ns, us, ms, s, m or h, got '${shown(precision)}'`)
}

const types = ['number', 'boolean', 'string'] as const
const isNumber = 0
const isBoolean = 1
const isString = 2
/** Refused, and the point goes on without it; refused, and the point with it. */
const isSkipped = -1
const isBroken = -2

const unknown = -1
const refused = -2

/** A field of a series as it was written, with its column for each type. */
class Field implements Keyed {
  readonly raw: Uint8Array
  readonly hash: number
  readonly name: string
  /** Why no value can be kept under this name. */
  readonly fault: string | undefined
  readonly columns: number[] = [unknown, unknown, unknown]
  readonly reasons: string[] = ['', '', '']

  constructor(raw: Uint8Array, hash: number, name: string, fault: string | undefined) {
    this.raw = raw
    this.hash = hash
    this.name = name
    this.fault = fault
  }
}

/** A measurement with its tags as they were written. */
class Head implements Keyed {
  readonly raw: Uint8Array
  readonly hash: number
  measurement = ''
  tags: Tags = {}
  faultField = ''
  fault: string | undefined
  aheadMs = 0
  readonly fields = new RawTable<Field>()
  /** The first of them in the order in which they were first seen: nearly always that of the next line. */
  readonly order: Field[] = []

  constructor(raw: Uint8Array, hash: number) {
    this.raw = raw
    this.hash = hash
  }
}

/** Exact powers: a decimal of up to 15 digits divided by one of them is the nearest double. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => 10 ** i)
const minInt = -(2n ** 63n)
const maxInt = 2n ** 63n - 1n
const maxUnsigned = 2n ** 64n - 1n

/**
 * One pass over the bytes. Methods that read a part leave `at` behind it and answer whether it was right; one that was
 * not has been refused, and `at` is somewhere on its line.
 */
class LineParser {
  readonly bytes: Uint8Array
  readonly end: number
  readonly sink: LineSink
  readonly scale: Scale
  readonly now: Instant
  readonly futureMs: number
  readonly heads = new RawTable<Head>()
  at = 0
  /** Number of the line at `at`, and of the one where the point in hand began. */
  line = 1
  pointLine = 1
  points = 0
  values = 0
  // The point in hand: nothing of it goes out before its time is known to be right.
  position = 0
  count = 0
  readonly fields: Field[] = []
  readonly kinds: number[] = []
  readonly numbers = new Float64Array(readingLimits.fields)
  readonly texts: string[] = []
  // The value in hand.
  number = 0
  text = ''

  constructor(bytes: Uint8Array, { precision = 'ns', now, futureMs }: LineOptions, sink: LineSink) {
    this.bytes = bytes
    this.end = bytes.length
    this.sink = sink
    this.scale = scaleOf(precision)
    this.now = now
    this.futureMs = futureMs ?? readingLimits.futureMs
    // A byte order mark belongs to the file, not to its first measurement.
    if (startsWith(bytes, 0, byteOrderMark)) this.at = byteOrderMark.length
  }

  run(): LineCount {
    while (this.at < this.end) {
      const byte = this.bytes[this.at]!
      if (byte === newline) {
        this.at++
        this.line++
      } else if (byte === space || byte === tab || byte === carriageReturn) this.at++
      else if (byte === hashSign) this.toLineEnd()
      else if (!this.point()) this.toLineEnd()
    }
    return { points: this.points, values: this.values }
  }

  /** Leaves `at` on the newline that ends its line. */
  toLineEnd(): void {
    const at = this.bytes.indexOf(newline, this.at)
    this.at = at === -1 ? this.end : at
  }

  refuse(field: string, reason: string): false {
    this.sink.refuse(this.pointLine, field, reason)
    return false
  }

  point(): boolean {
    this.pointLine = this.line
    const head = this.head()
    if (head.fault !== undefined) return this.refuse(head.faultField, head.fault)
    this.skipSpaces()
    if (this.atLineEnd()) return this.refuse('fields', 'expected at least one')
    this.position = 0
    this.count = 0
    do {
      if (!this.field(head)) return false
    } while (this.skipComma())
    const time = this.time(head)
    if (Number.isNaN(time)) return false
    this.hand(head, time)
    return true
  }

  skipSpaces(): void {
    while (this.at < this.end && this.bytes[this.at] === space) this.at++
  }

  skipComma(): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== comma) return false
    this.at++
    return true
  }

  atLineEnd(): boolean {
    if (this.at >= this.end) return true
    const byte = this.bytes[this.at]
    return (
      byte === newline ||
      (byte === carriageReturn && (this.at + 1 >= this.end || this.bytes[this.at + 1] === newline))
    )
  }

  /** Measurement and tags, up to the first space that no backslash hides. */
  head(): Head {
    const { bytes, end } = this
    const from = this.at
    let at = from
    let hash = hashSeed
    for (; at < end; at++) {
      let byte = bytes[at]!
      if (byte === space || byte === newline) break
      if (byte === backslash && at + 1 < end && bytes[at + 1] !== newline) {
        hash = hashStep(hash, byte)
        byte = bytes[++at]!
      }
      hash = hashStep(hash, byte)
    }
    this.at = at
    return this.heads.find(bytes, from, at, hash) ?? this.newHead(from, at, hash)
  }

  newHead(from: number, to: number, hash: number): Head {
    const made = new Head(this.bytes.slice(from, to), hash)
    const parsed = parseHead(this.bytes, from, to)
    if ('reason' in parsed) {
      made.faultField = parsed.field
      made.fault = parsed.reason
    } else {
      made.measurement = parsed.measurement
      made.tags = parsed.tags
      made.aheadMs = catalogue[parsed.measurement]?.ahead ? readingLimits.forecastMs : this.futureMs
    }
    this.heads.insert(made)
    return made
  }

  /** One `name=value`; what is good is kept as the point's next. */
  field(head: Head): boolean {
    if (this.position === readingLimits.fields) {
      return this.refuse('fields', `more than ${readingLimits.fields}`)
    }
    const field = this.key(head, this.position++)
    if (field === undefined) return false
    const kind = this.value(field)
    if (kind === isBroken) return false
    if (field.fault !== undefined) this.refuseField(field, field.fault)
    else if (kind !== isSkipped) this.keep(field, kind)
    return true
  }

  keep(field: Field, kind: number): void {
    const at = this.count++
    this.fields[at] = field
    this.kinds[at] = kind
    if (kind === isString) this.texts[at] = this.text
    else this.numbers[at] = this.number
  }

  refuseField(field: Field, reason: string): number {
    this.refuse(`fields.${shown(field.name)}`, reason)
    return isSkipped
  }

  breakAt(field: Field, reason: string): number {
    this.refuseField(field, reason)
    return isBroken
  }

  /** A field's name and the `=` after it; `position` is its likely place among the head's fields. */
  key(head: Head, position: number): Field | undefined {
    const likely = head.order[position]
    if (likely !== undefined && this.takeKey(likely)) return likely
    return this.otherKey(head)
  }

  takeKey(field: Field): boolean {
    const { raw } = field
    const { bytes } = this
    const to = this.at + raw.length
    if (to >= this.end || bytes[to] !== equals || !startsWith(bytes, this.at, raw)) return false
    this.at = to + 1
    return true
  }

  otherKey(head: Head): Field | undefined {
    const { bytes, end } = this
    const from = this.at
    let at = from
    let hash = hashSeed
    for (; at < end; at++) {
      let byte = bytes[at]!
      if (byte === equals || byte === space || byte === comma || byte === newline) break
      if (byte === backslash && at + 1 < end && bytes[at + 1] !== newline) {
        hash = hashStep(hash, byte)
        byte = bytes[++at]!
      }
      hash = hashStep(hash, byte)
    }
    if (at >= end || bytes[at] !== equals) {
      this.refuse('fields', `expected name=value, got '${this.sample(from)}'`)
      return undefined
    }
    this.at = at + 1
    return head.fields.find(bytes, from, at, hash) ?? this.newField(head, from, at, hash)
  }

  newField(head: Head, from: number, to: number, hash: number): Field {
    const text = decode(this.bytes, from, to)
    const name = text === undefined ? '' : unescaped(text)
    const fault = text === undefined ? 'a name is not valid UTF-8' : nameFault(name)
    const field = new Field(this.bytes.slice(from, to), hash, name, fault)
    head.fields.insert(field)
    if (head.order.length < readingLimits.fields) head.order.push(field)
    return field
  }

  /** Leaves the value in `number` or `text` and answers its kind. */
  value(field: Field): number {
    if (this.at >= this.end) return this.noValue(field, this.at)
    const byte = this.bytes[this.at]!
    if (byte === quote) return this.string(field)
    if (byte >= 0x41) return this.boolean(field)
    return this.numeric(field)
  }

  noValue(field: Field, from: number): number {
    const sample = this.sample(from)
    if (sample === '') return this.breakAt(field, 'has no value')
    return this.breakAt(field, `expected a number, a text in quotes, true or false, got '${sample}'`)
  }

  /** `12`, `-1.5e3`, `42i`, `42u`. */
  numeric(field: Field): number {
    const { bytes, end } = this
    const from = this.at
    let at = from
    const sign = bytes[at]
    if (sign === minus || sign === plus) at++
    let digits = 0
    let mantissa = 0
    let decimals = 0
    for (; at < end; at++, digits++) {
      const digit = bytes[at]! - zero
      if (digit < 0 || digit > 9) break
      mantissa = mantissa * 10 + digit
    }
    if (at < end && bytes[at] === dot) {
      for (at++; at < end; at++, decimals++) {
        const digit = bytes[at]! - zero
        if (digit < 0 || digit > 9) break
        mantissa = mantissa * 10 + digit
      }
    }
    if (digits + decimals === 0 || digits + decimals > 15 || !this.endsValue(at))
      return this.longNumeric(field, from)
    this.at = at
    const value = decimals === 0 ? mantissa : mantissa / powersOfTen[decimals]!
    this.number = sign === minus ? -value : value
    return isNumber
  }

  /** Numbers with an exponent, a suffix, or too many digits to be exact above. */
  longNumeric(field: Field, from: number): number {
    const token = this.token(from)
    const [, digits, suffix] = /^([+-]?\d+)([iu])$/.exec(token) ?? []
    const isFloat = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(token)
    if (token.length > maxToken || (digits === undefined && !isFloat)) return this.noValue(field, from)
    this.at = from + token.length
    if (digits !== undefined && !fitsInteger(digits, suffix === 'u')) {
      return this.refuseField(field, `'${shown(token)}' does not fit into 64 bits`)
    }
    this.number = Number(digits ?? token)
    return Number.isFinite(this.number) ? isNumber : this.refuseField(field, `'${shown(token)}' is too large`)
  }

  boolean(field: Field): number {
    const from = this.at
    const token = this.token(from)
    const value = booleans.get(token)
    if (value === undefined) return this.noValue(field, from)
    this.number = value
    this.at = from + token.length
    return isBoolean
  }

  string(field: Field): number {
    const { bytes, end } = this
    const from = this.at + 1
    let at = from
    let escaped = false
    let newlines = 0
    for (; at < end; at++) {
      const byte = bytes[at]!
      if (byte === quote) break
      if (byte === newline) newlines++
      if (byte !== backslash || at + 1 >= end) continue
      escaped = true
      const hidden = bytes[at + 1]
      if (hidden === quote || hidden === backslash) at++
    }
    // What looks like the closing quote may open a text on a later line, which is then read on its own.
    if (at >= end || (newlines > 0 && !this.endsValue(at + 1)))
      return this.breakAt(field, 'its closing quote is missing')
    this.at = at + 1
    if (!this.endsValue(this.at))
      return this.breakAt(field, `goes on after its closing quote: '${this.sample(this.at)}'`)
    this.line += newlines
    return this.keepString(field, from, at, escaped)
  }

  keepString(field: Field, from: number, to: number, escaped: boolean): number {
    if (to - from > readingLimits.textBytes)
      return this.refuseField(field, `a text longer than ${readingLimits.textBytes} bytes`)
    const text = decode(this.bytes, from, to)
    if (text === undefined) return this.refuseField(field, 'is not valid UTF-8')
    if (text.includes('\0')) return this.refuseField(field, 'contains NUL')
    this.text = escaped ? text.replace(/\\(["\\])/g, '$1') : text
    return isString
  }

  endsValue(at: number): boolean {
    if (at >= this.end) return true
    const byte = this.bytes[at]
    return byte === comma || byte === space || byte === newline || byte === carriageReturn
  }

  /** The bytes from `from` to the end of a value, as Latin-1; cut where no value is that long. */
  token(from: number): string {
    let at = from
    let text = ''
    while (!this.endsValue(at) && text.length <= maxToken) text += String.fromCharCode(this.bytes[at++]!)
    return text
  }

  /** What stands at `from`, for a refusal's text. */
  sample(from: number): string {
    let to = from
    while (to < from + 50 && !this.endsValue(to)) to++
    return shown(lossy.decode(this.bytes.subarray(from, to)))
  }

  /** The time of the point, its end of line included; NaN when refused. */
  time(head: Head): Instant {
    this.skipSpaces()
    if (this.atLineEnd()) return this.now
    const from = this.at
    const { bytes, end } = this
    const negative = bytes[from] === minus
    let at = negative ? from + 1 : from
    const first = at
    while (at < end && bytes[at]! >= zero && bytes[at]! <= nine) at++
    this.at = at
    this.skipSpaces()
    if (at === first || at - first > 19 || !this.atLineEnd()) return this.noTime(from)
    const time = this.scaled(first, at, negative)
    if (time >= readingLimits.earliest && time <= this.now + head.aheadMs) return time
    return this.implausible(first, at, negative, head.aheadMs)
  }

  noTime(from: number): number {
    this.refuse('time', `expected a whole number of ${this.scale.name}, got '${this.sample(from)}'`)
    return NaN
  }

  /** Milliseconds from digits, rounded down. */
  scaled(from: number, to: number, negative: boolean, { drop, factor } = this.scale): Instant {
    const { bytes } = this
    let value = 0
    let at = from
    for (; at < to - drop; at++) value = value * 10 + (bytes[at]! - zero)
    let rest = false
    for (; at < to; at++) rest ||= bytes[at] !== zero
    if (!negative) return value * factor
    return rest ? -value - 1 : -value * factor
  }

  implausible(from: number, to: number, negative: boolean, aheadMs: number): number {
    const latest = this.now + aheadMs
    const meant = scales.find(scale => {
      const time = this.scaled(from, to, negative, scale)
      return time >= readingLimits.earliest && time <= latest
    })
    const time = this.scaled(from, to, negative)
    const digits = this.token(from)
    const fault = time < readingLimits.earliest ? 'is before the year 2000' : 'is too far in the future'
    const hint = meant ? `; it looks like ${meant.name}, say so with precision=${meant.name}` : ''
    this.refuse('time', `${negative ? '-' : ''}${digits} ${this.scale.name} ${fault}${hint}`)
    return NaN
  }

  /** Gives the whole point to the sink. */
  hand(head: Head, time: Instant): void {
    const before = this.values
    for (let i = 0; i < this.count; i++) {
      const field = this.fields[i]!
      const kind = this.kinds[i]!
      let column = field.columns[kind]!
      if (column === unknown) column = this.resolve(head, field, kind)
      if (column === refused) this.refuse(`fields.${shown(field.name)}`, field.reasons[kind]!)
      else if (this.sink.add(column, time, this.valueAt(i, kind), this.pointLine) !== false) this.values++
    }
    if (this.values > before) this.points++
  }

  valueAt(i: number, kind: number): Value {
    if (kind === isNumber) return this.numbers[i]!
    return kind === isString ? this.texts[i]! : this.numbers[i] === 1
  }

  resolve(head: Head, field: Field, kind: number): number {
    const answer = this.sink.column(head.measurement, head.tags, field.name, types[kind]!)
    if (typeof answer === 'number') return (field.columns[kind] = answer)
    field.reasons[kind] = answer
    return (field.columns[kind] = refused)
  }
}

const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf)
const zero = 0x30
const nine = 0x39
const plus = 0x2b
const minus = 0x2d
const dot = 0x2e
/** Longer than any way to write a double. */
const maxToken = 400
const lossy = new TextDecoder()

const booleans = new Map([
  ...['t', 'T', 'true', 'True', 'TRUE'].map(text => [text, 1] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map(text => [text, 0] as const),
])

function fitsInteger(digits: string, unsigned: boolean): boolean {
  if (digits.length > 21 || (unsigned && digits.startsWith('-'))) return false
  const value = BigInt(digits.replace('+', ''))
  return unsigned ? value <= maxUnsigned : value >= minInt && value <= maxInt
}
