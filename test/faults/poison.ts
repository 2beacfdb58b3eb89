/** What a broken or hostile sender puts where a reading should be. */
export interface Poison {
  readonly name: string
  readonly body: Buffer
}

const good = '"measurement":"airSensor","time":1767225600000'
const text = (name: string, body: string): Poison => ({ name, body: Buffer.from(body) })
const reading = (name: string, fields: string) => text(name, `{${good},"fields":${fields}}`)
const times = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => of(n))

/** Fits into a packet of 256 kB. Nothing in it may be stored but what `stored` names. */
export const poisons: readonly Poison[] = [
  text('nothing', ''),
  text('a space', ' '),
  text('no JSON', 'temperature=20'),
  text('half a reading', `{${good},"fields":{"temperature":2`),
  text('null', 'null'),
  text('a number', '12'),
  text('a text', '"reading"'),
  text('an empty array', '[]'),
  text('an array of arrays', '[[[]]]'),
  text('100 000 arrays in each other', '['.repeat(100_000)),
  text('100 000 closed arrays', '['.repeat(100_000) + ']'.repeat(100_000)),
  text('30 000 objects in each other', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`),
  reading('deep fields', `{"temperature":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
  reading('1e999', '{"temperature":1e999}'),
  reading('-1e999', '{"temperature":-1e999}'),
  reading('NaN', '{"temperature":NaN}'),
  reading('Infinity', '{"temperature":Infinity}'),
  reading('a 400-digit number', `{"temperature":${'9'.repeat(400)}}`),
  reading('text with a comma', '{"temperature":"12,5"}'),
  reading('null as a value', '{"temperature":null}'),
  reading('an object as a value', '{"temperature":{"value":1}}'),
  reading('no field', '{}'),
  reading('fields as an array', '[1]'),
  reading('an empty name', '{"":1}'),
  reading('NUL in a name', '{"a\\u0000b":1}'),
  reading('a name of 10 000 letters', `{"${'a'.repeat(10_000)}":1}`),
  reading('a text of 100 kB', `{"note":"${'x'.repeat(100_000)}"}`),
  reading('10 000 fields', `{${times(10_000, n => `"f${n}":${n}`).join()}}`),
  reading('__proto__ as a field', '{"__proto__":{"polluted":true}}'),
  reading('constructor as a field', '{"constructor":{"prototype":{"polluted":true}}}'),
  reading('constructor as a number', '{"constructor":3}'),
  text('__proto__ as the reading', `{"__proto__":{"polluted":true,${good},"fields":{"temperature":1}}}`),
  text(
    '10 000 tags',
    `{${good},"fields":{"temperature":1},"tags":{${times(10_000, n => `"t${n}":"x"`).join()}}}`,
  ),
  text(
    'a tag of 10 000 letters',
    `{${good},"fields":{"temperature":1},"tags":{"t":"${'x'.repeat(10_000)}"}}`,
  ),
  text(
    'a measurement of 10 000 letters',
    `{"measurement":"${'m'.repeat(10_000)}","fields":{"temperature":1}}`,
  ),
  text('a control character as measurement', '{"measurement":"a\\u0007","fields":{"temperature":1}}'),
  ...[
    '"yesterday"',
    '-1',
    '0',
    '1e30',
    'true',
    '"2026-13-45T99:99:99Z"',
    '1767225600',
    '1767225600000000000',
    '[]',
  ].map(time =>
    text(`time ${time}`, `{"measurement":"airSensor","time":${time},"fields":{"temperature":1}}`),
  ),
  text(
    'a time in 2099',
    '{"measurement":"airSensor","time":"2099-01-01T00:00:00Z","fields":{"temperature":1}}',
  ),
  {
    name: 'invalid UTF-8',
    body: Buffer.concat([
      Buffer.from(`{${good},"fields":{"a`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('":1}}'),
    ]),
  },
  { name: 'a lone surrogate', body: Buffer.from(`{${good},"fields":{"note":"\\ud800"}}`) },
  { name: 'zeros', body: Buffer.alloc(10_000) },
  { name: 'all bytes', body: Buffer.from(times(256, n => String.fromCharCode(n)).join(''), 'latin1') },
  { name: 'gzip', body: Buffer.from('1f8b0800000000000003', 'hex') },
]

/** Odd and yet right: the last of two keys wins, names that look dangerous are names, −0 and 2^53 are numbers. */
export const oddButGood: readonly (Poison & { readonly field: string; readonly value: number })[] = [
  { ...reading('duplicate keys', '{"temperature":1,"temperature":2}'), field: 'temperature', value: 2 },
  { ...reading('toString as a field', '{"toString":4}'), field: 'toString', value: 4 },
  { ...reading('hasOwnProperty as a field', '{"hasOwnProperty":5}'), field: 'hasOwnProperty', value: 5 },
  { ...reading('minus zero', '{"minusZero":-0}'), field: 'minusZero', value: 0 },
  { ...reading('2^53 + 1', '{"large":9007199254740993}'), field: 'large', value: 2 ** 53 },
]

/** The same bytes for the same seed (mulberry32), so that a failure can be repeated. */
export function randomBytes(seed: number): (length: number) => Buffer {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return length => Buffer.from(Array.from({ length }, () => next() & 0xff))
}

/** A good reading with some bytes changed: what line noise and broken firmware make of it. */
export function damaged(random: (length: number) => Buffer): Buffer {
  const body = Buffer.from(`{${good},"fields":{"temperature":20.5,"humidity":40},"tags":{"room":"hall"}}`)
  for (const byte of random(3)) body[byte % body.length] = random(1)[0]
  return body
}
