import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Engine, Event, type EventType, type Rule, Types, unlimited } from '../src/index.ts'

/**
 * The queries of the DEBS 2014 Grand Challenge as rules, on a stream in its format. The definitions are spelled out in
 * the data's `expected.json`; times there are whole seconds, and days begin at local midnight in Berlin.
 */
const folder = new URL('../../../../shared/data/debs-format-stream/', import.meta.url)

/** Readings by column, in the order they came. */
export interface Loads {
  readonly time: Float64Array
  readonly watts: Float64Array
  readonly plug: Int32Array
  readonly household: Int32Array
  readonly house: Int32Array
  /** ms */
  readonly start: number
  /** ms, exclusive */
  readonly end: number
}

interface Expected {
  readonly definitions: { readonly t_start: number; readonly t_end_exclusive: number }
  /** By length of a slice, s, and then by `plug 0/0/1` or `house 0`. */
  readonly query1: Record<
    string,
    Record<string, { outputs: number; sum_of_predictions: number; first_20?: [number, number][] }>
  >
  readonly query2: Record<string, ExpectedOutliers[]>
}

interface ExpectedOutliers {
  readonly ts_stop: number
  readonly global_median_all_readings_w: number
  readonly global_median_of_plug_medians_w: number
  readonly houses: Record<string, { plugs: number; percent_above_A: number; percent_above_B: number }>
}

/** The data, or undefined where it is not there: it is not ours to ship. */
export function debsData(): { loads: Loads; expected: Expected } | undefined {
  const file = new URL('stream.csv.gz', folder)
  if (!existsSync(file)) return undefined
  const expected: Expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'))
  const lines = gunzipSync(readFileSync(file)).toString('latin1').trimEnd().split('\n').slice(1)
  const column = (make: (place: string[]) => number) =>
    Float64Array.from(lines, line => make(line.split(',')))
  const { t_start, t_end_exclusive } = expected.definitions
  const loads: Loads = {
    time: column(([, time]) => Number(time) * 1000),
    watts: column(([, , watts]) => Number(watts)),
    plug: Int32Array.from(column(parts => Number(parts[4]))),
    household: Int32Array.from(column(parts => Number(parts[5]))),
    house: Int32Array.from(column(parts => Number(parts[6]))),
    start: t_start * 1000,
    end: t_end_exclusive * 1000,
  }
  return { loads, expected }
}

const plug = 'house_id, household_id, plug_id'
/** Slices of query 1, s. Each is a multiple of the one before. */
export const slices = [60, 300, 900, 3600, 7200] as const

/**
 * Query 1, load prediction: the mean of a slice and the median of the slices at that time of day before. Readings are
 * summed up once, per minute; longer slices are made of shorter ones. A batch closes a moment after the one it is made of.
 */
export function query1(start: number): string {
  const sums = slices.map((slice, i) => {
    if (i === 0)
      return `
        create context Slice${slice} start @now end after ${slice} sec;
        context Slice${slice} insert into Sums${slice}
          select ${plug}, sum(value) as total, count(value) as n,
            cast((context.startTime - ${start}) / ${slice * 1000}, int) as slice
          from Load group by ${plug} output all when terminated;`
    const shorter = slices[i - 1]
    return `
      insert into Sums${slice}
        select ${plug}, sum(total) as total, sum(n) as n, cast(min(slice) / ${slice / shorter}, int) as slice
        from Sums${shorter}#time_batch(${slice} sec, ${start + i}) group by ${plug} having count(*) > 0;`
  })
  const predictions = slices.map(slice => {
    const perDay = 86_400 / slice
    return `
      insert into Plug${slice} select ${plug}, slice, total / n as load from Sums${slice};
      insert into House${slice} select house_id, slice, sum(load) as load
        from Plug${slice}#time_batch(${slice} sec, ${start + slices.length}) group by house_id, slice having count(*) > 0;
      ${prediction(`plug ${slice}`, plug, `Plug${slice}`, slice, perDay, start)};
      ${prediction(`house ${slice}`, 'house_id', `House${slice}`, slice, perDay, start)};`
  })
  return [...sums, ...predictions].join('\n')
}

function prediction(
  name: string,
  keys: string,
  stream: string,
  slice: number,
  perDay: number,
  start: number,
): string {
  const same = keys
    .split(', ')
    .map(key => `h.${key} = now.${key}`)
    .join(' and ')
  return `@name('${name}') select ${keys}, (slice + 2) * ${slice} + ${start / 1000} as time,
    (load + coalesce((select median(h.load) from ${stream}#keepall as h
      where ${same} and h.slice % ${perDay} = (now.slice + 2) % ${perDay}), load)) / 2 as prediction
    from ${stream} as now`
}

/** Query 2, outliers: which share of a house's plugs has a median above that of all. Windows by name, h. */
export const outlierWindows = { '1h': 1, '24h': 24 } as const

/**
 * A window keeps a millisecond more than its length: readings carry whole seconds, and the one that is exactly as old as
 * the window still belongs to it. A batch closes a moment after what it is compared with.
 */
export function query2(): string {
  return Object.entries(outlierWindows)
    .map(
      ([name, hours]) => `
      create window Last${name}#time(${hours} hours 1 msec) as Load;
      insert into Last${name} select * from Load;
      @name('A ${name}') insert into All${name}
        select median(value) as load from Last${name} output snapshot every 1 hour;
      insert into Plug${name}
        select ${plug}, median(value) as load from Last${name} group by ${plug} output snapshot every 1 hour;
      @name('B ${name}') insert into AllPlugs${name}
        select median(load) as load from Plug${name}#time_batch(1 msec) having count(*) > 0;
      insert into Above${name} select house_id,
        case when load > (select load from All${name}#lastevent) then 100 else 0 end as a,
        case when load > (select load from AllPlugs${name}#lastevent) then 100 else 0 end as b
        from Plug${name}#time_batch(2 msec);
      @name('house ${name}') select house_id, count(*) as plugs, avg(a) as above_a, avg(b) as above_b
        from Above${name}#time_batch(1 msec) group by house_id having count(*) > 0;`,
    )
    .join('\n')
}

/** An engine at the beginning of the data, with the stream `Load`. */
export function loadEngine(start: number): { engine: Engine; type: EventType } {
  const engine = new Engine({ start, zone: 'Europe/Berlin' })
  const type = engine.stream('Load', [
    { name: 'value', type: Types.number },
    { name: 'plug_id', type: Types.integer },
    { name: 'household_id', type: Types.integer },
    { name: 'house_id', type: Types.integer },
  ])
  return { engine, type }
}

/** Deploys a query without limits. */
export function deployQuery(engine: Engine, epl: string): Rule {
  return engine.deploy(epl, { limits: unlimited })
}

/** Sends readings, each at its time. @param until ms, exclusive @returns how many */
export function replay(engine: Engine, type: EventType, loads: Loads, until = loads.end): number {
  const { time, watts, plug, household, house } = loads
  let i = 0
  for (; i < time.length && time[i] < until; i++) {
    if (time[i] > engine.now) engine.advanceThrough(time[i])
    engine.sendEvent(new Event(type, [watts[i], plug[i], household[i], house[i]]))
  }
  engine.advanceThrough(until + 10)
  return i
}

/** Gathers the predictions of query 1. */
export function predictionsOf(rule: Rule): Map<string, [number, number][]> {
  const all = new Map<string, [number, number][]>()
  for (const { name, listeners } of rule.statements) {
    const [what, slice] = name.split(' ')
    if (what !== 'plug' && what !== 'house') continue
    listeners.add(({ insert }) => {
      for (const row of insert) {
        const house = row.get('house_id')
        const id = what === 'house' ? house : `${house}/${row.get('household_id')}/${row.get('plug_id')}`
        const key = `${slice} ${what} ${id}`
        const list = all.get(key)
        const one: [number, number] = [row.get('time') as number, row.get('prediction') as number]
        if (list) list.push(one)
        else all.set(key, [one])
      }
    })
  }
  return all
}

interface Outliers {
  a?: number
  b?: number
  readonly houses: Map<string, readonly number[]>
}

/** Gathers the results of query 2, by window and second. */
export function outliersOf(rule: Rule): Map<string, Outliers> {
  const all = new Map<string, Outliers>()
  for (const { name, listeners } of rule.statements) {
    const [what, window] = name.split(' ')
    if (window === undefined) continue
    listeners.add(({ insert, time }) => {
      const key = `${window} ${Math.floor(time / 1000)}`
      let at = all.get(key)
      if (!at) all.set(key, (at = { houses: new Map() }))
      for (const row of insert) {
        if (what === 'A') at.a = row.get('load') as number
        else if (what === 'B') at.b = row.get('load') as number
        else
          at.houses.set(
            String(row.get('house_id')),
            ['plugs', 'above_a', 'above_b'].map(column => row.get(column) as number),
          )
      }
    })
  }
  return all
}

/** Whether a window of query 2 is what was expected; expected figures have four decimals. */
export function isAsExpected(got: Outliers | undefined, expected: ExpectedOutliers): boolean {
  if (!got) return false
  const houses = Object.entries(expected.houses)
  return (
    near(got.a, expected.global_median_all_readings_w) &&
    near(got.b, expected.global_median_of_plug_medians_w) &&
    houses.length === got.houses.size &&
    houses.every(([house, { plugs, percent_above_A, percent_above_B }]) => {
      const row = got.houses.get(house)
      return row?.[0] === plugs && near(row[1], percent_above_A) && near(row[2], percent_above_B)
    })
  )
}

export const near = (a: number | undefined, b: number) => a !== undefined && Math.abs(a - b) <= 1e-4
