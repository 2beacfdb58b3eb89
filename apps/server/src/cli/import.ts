import { InvalidInput, systemClock } from '@ohmstead/model'
import { Checkpoint, fingerprint } from '../transfer/checkpoint.ts'
import { dryRun } from '../transfer/dryRun.ts'
import { importFile } from '../transfer/importFile.ts'
import { existing } from '../transfer/lines.ts'
import { withMapFile } from '../transfer/mapFile.ts'
import { type Mapping, mappingOf, mappingOptions } from '../transfer/mapping.ts'
import { grouped, Progress } from '../transfer/progress.ts'
import { type ServerAddress, serverOf, serverOptions, serverUsage, zoneOfSite } from '../transfer/server.ts'
import { type Format, formatOf, formats } from '../transfer/source.ts'
import { Tally } from '../transfer/tally.ts'
import { TimeOrder } from '../transfer/timeOrder.ts'
import type { Command, CommandIo, Values } from './command.ts'

/** Done, but some of it was refused. */
const partly = 3

export const mappingUsage = `  --site SITE           the site they belong to
  --device DEVICE       their device [made from the file's name]
  --device-column COL   the column that names the device, instead
  --measurement NAME    [electricalMeter]
  --time COLUMN         the column with the time [time]
  --time-unit UNIT      iso, s, ms, us or ns [iso]
  --time-format FORMAT  how local times are written, e.g. 'DD/MM/YYYY HH:mm:ss'
  --zone ZONE           of times without an offset [the site's]
  --field NAME=COL[:U]  a field and its column, with the column's unit if it is not the field's own;
                        for fields that Ohmstead does not know :text or :flag if they are no numbers; repeatable
  --tag NAME=VALUE      a tag of every reading; repeatable
  --tag-column NAME=COL a tag from a column; repeatable
  --delimiter CHAR      between cells [guessed from the first line]; 'tab' for tabulators
  --decimal CHAR        . or , [.]
  --no-header           the first line is data; columns are then given by number, from 1
  --map FILE            YAML with these words (site: …, field: {power: p1s_w}); flags go before it`

export const importCommand: Command = {
  name: 'import',
  usage: `
Usage: ohmstead import FILE… --site SITE --field NAME=COLUMN [options]

Sends the readings of CSV, Parquet or line protocol files (also .gz or .zst) to a running server. Doing it again changes
nothing; after an interruption it goes on where it was (FILE.import.json remembers).

${mappingUsage}
  --format FORMAT       csv, parquet or lines (line protocol) [by the file's name]
  --precision UNIT      of the times in line protocol: ns, us, ms, s [ns]
  --dry-run             reads everything, sends nothing, says what would happen
${serverUsage.replaceAll(/^( {2}--\w+ [A-Z]+) +/gm, (_, flag: string) => flag.padEnd(24))}

Exit code: 0 all stored; 3 stored, but some lines were refused (they are listed); 1 not finished; 2 called wrongly.

Example: ohmstead import desk_lamp.csv.gz --site desk --time ts --time-unit s --field power=p1s_w
`,
  options: {
    ...mappingOptions,
    ...serverOptions,
    format: { type: 'string' },
    precision: { type: 'string' },
    'dry-run': { type: 'boolean' },
  },
  async run(flags, files, io) {
    if (files.length === 0) throw new InvalidInput('', "which file? see 'ohmstead import --help'")
    const values = withMapFile(flags)
    if (files.length > 1 && values.device !== undefined)
      throw new InvalidInput(
        'device',
        'several files cannot be one device; leave it out, or import one at a time',
      )
    const server = serverOf(flags, io.env)
    let code = 0
    for (const file of files) {
      const job = { file, format: formatFor(flags, file), mapping: mappingOf(values, file), server, io }
      const result = flags['dry-run'] === true ? await rehearse(job) : await load(job, flags)
      code = Math.max(code, result)
    }
    return code
  },
}

interface Job {
  readonly file: string
  readonly format: Format
  readonly mapping: Mapping
  readonly server: ServerAddress
  readonly io: CommandIo
}

function formatFor(values: Values, file: string): Format {
  const { format } = values
  if (format === undefined) return formatOf(file)
  if ((formats as readonly unknown[]).includes(format)) return format as Format
  throw new InvalidInput('format', `expected one of ${formats.join(', ')}`)
}

async function rehearse({ file, format, mapping, server, io }: Job): Promise<number> {
  await existing(file)
  const bar = new Progress({ out: io.err, clock: systemClock, label: file, unit: 'lines' })
  const zone = await zoneFor(mapping, server, io).catch(() => {
    io.err.write(
      'the server does not say the site’s time zone; times without an offset are read as UTC (--zone)\n',
    )
    return 'UTC'
  })
  const { refused, readings, report } = await dryRun({
    file,
    format,
    mapping,
    zone,
    clock: systemClock,
    signal: io.signal,
    progress: (done, looked) => bar.update(done, looked),
  })
  bar.end()
  io.out.write(`${report.join('\n')}\n`)
  if (readings === 0) return 1
  return refused > 0 ? partly : 0
}

async function load({ file, format, mapping, server, io }: Job, values: Values): Promise<number> {
  await existing(file)
  const precision = typeof values.precision === 'string' ? values.precision : 'ns'
  const zone = await zoneFor(mapping, server, io)
  const checkpoint = new Checkpoint(
    `${file}.import.json`,
    await fingerprint(file, [server.url, mapping, format, precision, zone]),
  )
  const before = await checkpoint.load()
  if (before) io.err.write(`${file}: goes on after line ${grouped(before.line)}\n`)
  const bar = new Progress({ out: io.err, clock: systemClock, label: file, unit: 'readings' })
  const tally = new Tally()
  const order = new TimeOrder()
  const state = await importFile({
    file,
    format,
    mapping,
    precision,
    zone,
    server,
    checkpoint,
    order,
    clock: systemClock,
    signal: io.signal,
    refused: refusal => tally.add(refusal),
    progress: (done, { accepted }) => bar.update(done, accepted - (before?.accepted ?? 0)),
    waiting: reason => io.err.write(`\n${reason}; waiting for it\n`),
  })
  bar.end()
  if (checkpoint.unwritable)
    io.err.write(
      `could not remember how far it came (${checkpoint.unwritable}); an interrupted import begins anew\n`,
    )
  io.out.write(`${file}: ${grouped(state.accepted)} readings stored, ${grouped(state.refused)} refused\n`)
  for (const line of [...tally.report(), ...order.report()]) io.out.write(`${line}\n`)
  if (state.accepted === 0) return 1
  return state.refused > 0 ? partly : 0
}

/** The zone that times without an offset are read in; asked of the server only where it matters. */
async function zoneFor({ site, time }: Mapping, server: ServerAddress, io: CommandIo): Promise<string> {
  if (time.zone !== undefined) return time.zone
  if (time.unit !== 'iso' && time.pattern === undefined) return 'UTC'
  return zoneOfSite(server, site, io.signal)
}
