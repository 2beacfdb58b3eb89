import { unitInfo } from '@ohmstead/model'
import type { Words } from './words.ts'

/** A word that can stand at the cursor. */
export interface Offer {
  readonly label: string
  /** Said beside it: a unit, a device's name. */
  readonly detail?: string
  /** Said when it is looked at. */
  readonly info?: string
  readonly type: 'keyword' | 'function' | 'class' | 'property' | 'constant' | 'type'
  /** Put in place of the label. */
  readonly apply?: string
  readonly boost?: number
}

export interface Offers {
  /** Where the word that is replaced begins. */
  readonly from: number
  readonly options: readonly Offer[]
}

type Stream = Words['vocabulary']['streams'][number]

/** What can stand at a place of the text, by what stands before it; null where nothing is known. */
export function offersAt(text: string, at: number, words: Words): Offers | null {
  const before = text.slice(0, at)
  const inText = /(?:'|")([^'"\n]*)$/.exec(before)
  if (inText !== null && isOpenText(before)) return inTextOf(before, at - inText[1]!.length, words)
  const word = /[\w$]*$/.exec(before)![0]
  const from = at - word.length
  const ahead = before.slice(0, from)
  if (/@$/.test(ahead)) return { from, options: [{ label: 'name', type: 'keyword', apply: "name('raise')" }] }
  if (/#$/.test(ahead)) return { from, options: windows(words) }
  const streams = streamsIn(text, words)
  const alias = /([A-Za-z_$][\w$]*)\.$/.exec(ahead)?.[1]
  if (alias !== undefined) return { from, options: fieldsOf(streamOfAlias(alias, text, words) ?? streams) }
  if (/[\d.]$/.test(ahead)) return null
  if (
    /(?:\b(?:from|join|into|on)\s+|pattern\s*\[[^\]]*(?:\[|->|=|\(|\b(?:every|and|or|not)\s)\s*)$/i.test(
      ahead,
    )
  )
    return { from, options: [...streamNames(words), ...keywords(words)] }
  return {
    from,
    options: [...fieldsOf(streams), ...functions(words), ...streamNames(words), ...keywords(words)],
  }
}

/** Whether the quotes before are uneven on their line; texts do not reach beyond one. */
function isOpenText(before: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1)
  return (line.match(/'/g)?.length ?? 0) % 2 === 1 || (line.match(/"/g)?.length ?? 0) % 2 === 1
}

function inTextOf(before: string, from: number, { devices }: Words): Offers | null {
  const ahead = before.slice(0, from)
  if (/@name\(\s*['"]$/i.test(ahead))
    return { from, options: ['raise', 'clear'].map(label => ({ label, type: 'constant' })) }
  if (/device\s*(?:=|!=|\bin\s*\((?:\s*['"][^'"]*['"]\s*,)*)\s*['"]$/i.test(ahead))
    return { from, options: devices.map(({ id, name }) => ({ label: id, detail: name, type: 'constant' })) }
  return null
}

/** The streams that the text names already; when it names none, all. */
function streamsIn(text: string, { vocabulary }: Words): readonly Stream[] {
  const names = new Set(text.match(/[A-Za-z_$][\w$]*/g))
  const named = vocabulary.streams.filter(({ name }) => names.has(name))
  return named.length > 0 ? named : vocabulary.streams
}

/** `a.` where the text says `a=electricalMeter(…)` or `from electricalMeter#time(…) as a`. */
function streamOfAlias(alias: string, text: string, { vocabulary }: Words): readonly Stream[] | null {
  const quoted = alias.replace(/\$/g, '\\$')
  const name =
    new RegExp(`\\b${quoted}\\s*=\\s*\`?([A-Za-z_]\\w*)\`?`).exec(text)?.[1] ??
    new RegExp(`([A-Za-z_]\\w*)(?:\\([^)]*\\))?(?:#\\w+(?:\\([^)]*\\))?)*\\s+as\\s+${quoted}\\b`, 'i').exec(
      text,
    )?.[1]
  const found = vocabulary.streams.filter(stream => stream.name === (name ?? alias))
  return found.length > 0 ? found : null
}

function fieldsOf(streams: readonly Stream[]): Offer[] {
  const fields = new Map(streams.flatMap(({ fields }) => fields.map(field => [field.name, field] as const)))
  return [...fields.values()].map(({ name, kind, unit, description }) => ({
    label: name,
    type: 'property',
    detail: unit === null ? kind : (unitInfo(unit)?.symbol ?? unit),
    boost: 2,
    ...(description !== null && { info: description }),
  }))
}

const streamNames = ({ vocabulary }: Words): Offer[] =>
  vocabulary.streams.map(({ name }) => ({ label: name, type: 'class', boost: 1 }))
const windows = ({ vocabulary }: Words): Offer[] => vocabulary.windows.map(label => ({ label, type: 'type' }))
const functions = ({ vocabulary }: Words): Offer[] =>
  [...vocabulary.aggregates, ...vocabulary.functions].map(name => ({ label: name, type: 'function' }))
const keywords = ({ vocabulary }: Words): Offer[] =>
  vocabulary.keywords.map(label => ({ label, type: 'keyword', boost: -1 }))
