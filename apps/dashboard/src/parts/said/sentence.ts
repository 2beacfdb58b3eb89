import { fieldInfo, unitInfo } from '@ohmstead/model'
import type { Action, Saying } from '../../api/rules.ts'
import type { Messages } from '../../i18n/en.ts'
import type { Format } from '../../i18n/format.ts'

/** What a rule is told with. */
export interface Telling {
  readonly messages: Pick<Messages, 'sentences' | 'events'>
  readonly format: Pick<Format, 'exact' | 'locale'>
  readonly nameOf: (device: string) => string
}

/**
 * "When *freezer* draws less than 2 W for 30 min, alert *high*.", in the reader's language: names stand between stars.
 * @returns null for a template or an action that this page does not know
 */
export function sentenceOf({ definition, actions }: Saying, telling: Telling): string | null {
  const when =
    definition.kind === 'epl'
      ? telling.messages.sentences.query(firstLine(definition.text))
      : templateText(definition.template, definition.parameters, telling)
  const deeds = actions.map(action => deedText(action, telling))
  if (when === null || deeds.includes(null)) return null
  return telling.messages.sentences.whole(when, deeds as string[])
}

const mostOfQuery = 80

function firstLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > mostOfQuery ? `${line.slice(0, mostOfQuery - 1)}…` : line
}

function deedText(action: Action, { messages, format, nameOf }: Telling): string | null {
  const { deeds } = messages.sentences
  switch (action.kind) {
    case 'alert':
      return deeds.alert(messages.events.severities[action.severity].toLocaleLowerCase(format.locale))
    case 'event':
      return deeds.event(action.topic ?? null)
    case 'webhook':
      return deeds.webhook(new URL(action.url).host)
    case 'store':
      return deeds.store(`*${nameOf(action.device)}*`, action.measurement)
    default:
      return null
  }
}

type Parameters = Readonly<Record<string, unknown>>
type Told = (parameters: Parameters, telling: Telling) => string | null

function templateText(name: string, parameters: Parameters, telling: Telling): string | null {
  return Object.hasOwn(templates, name) ? templates[name]!(parameters, telling) : null
}

const kinds = {
  number: (value: unknown): value is number => typeof value === 'number',
  text: (value: unknown): value is string => typeof value === 'string',
  texts: (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every(one => typeof one === 'string'),
}
type Kinds = { number: number; text: string; texts: readonly string[] }
type Shape = Readonly<Record<string, keyof Kinds>>
type Filled<S extends Shape> = { readonly [Name in keyof S]: Kinds[S[Name]] }

/** @param shape what has to be filled in before it can be told */
function template<const S extends Shape>(
  shape: S,
  tell: (parameters: Filled<S>, words: ReturnType<typeof wordsOf>) => string,
): Told {
  const fits = (parameters: Parameters): parameters is Filled<S> =>
    Object.entries(shape).every(([name, kind]) => kinds[kind](parameters[name]))
  return (parameters, telling) => (fits(parameters) ? tell(parameters, wordsOf(telling)) : null)
}

const mostNamed = 3

/** The pieces that sentences are made of, and the sentences. */
function wordsOf({ messages: { sentences: say }, format, nameOf }: Telling) {
  const name = (device: string) => `*${nameOf(device)}*`
  const span = (unit: 'hour' | 'minute' | 'second', amount: number) =>
    say.span(amount, format.exact(amount), unit)
  return {
    say,
    name,
    anyOf: (devices: readonly string[]) =>
      say.anyOf(devices.slice(0, mostNamed).map(name), Math.max(0, devices.length - mostNamed)),
    number: format.exact,
    hours: (hours: number) => span('hour', hours),
    /** Hours where they are whole, seconds where minutes are not. */
    minutes(minutes: number) {
      if (!Number.isInteger(minutes)) return span('second', Math.round(minutes * 60_000) / 1000)
      return minutes >= 60 && minutes % 60 === 0 ? span('hour', minutes / 60) : span('minute', minutes)
    },
    /** With the unit of the field. */
    amount(value: number, measurement: string, field: string) {
      const unit = fieldInfo(measurement, field)?.unit ?? ''
      // A ratio has a unit without a symbol.
      const symbol = unitInfo(unit)?.symbol ?? unit
      return symbol === '' ? format.exact(value) : `${format.exact(value)} ${symbol}`
    },
  }
}

/** What each template of the server says. */
const templates: Readonly<Record<string, Told>> = {
  threshold: template(
    {
      devices: 'texts',
      measurement: 'text',
      field: 'text',
      comparison: 'text',
      limit: 'number',
      forMinutes: 'number',
    },
    ({ devices, measurement, field, comparison, limit, forMinutes }, { say, anyOf, amount, minutes }) => {
      const above = comparison === 'above'
      const bound = amount(limit, measurement, field)
      const time = forMinutes === 0 ? null : minutes(forMinutes)
      return field === 'power'
        ? say.draws(anyOf(devices), above, bound, time)
        : say.measures(anyOf(devices), field, above, bound, time)
    },
  ),
  absence: template(
    { devices: 'texts', forMinutes: 'number' },
    ({ devices, forMinutes }, { say, anyOf, minutes }) => say.absence(anyOf(devices), minutes(forMinutes)),
  ),
  unusual: template(
    { devices: 'texts', factor: 'number', days: 'number' },
    ({ devices, factor, days }, { say, anyOf, number }) =>
      say.unusual(anyOf(devices), number(factor), number(days)),
  ),
  finished: template(
    { device: 'text', measurement: 'text', runningW: 'number', idleMinutes: 'number' },
    ({ device, measurement, runningW, idleMinutes }, { say, name, amount, minutes }) =>
      say.finished(name(device), amount(runningW, measurement, 'power'), minutes(idleMinutes)),
  ),
  leftOn: template(
    { device: 'text', measurement: 'text', aboveW: 'number', presence: 'text', awayMinutes: 'number' },
    ({ device, measurement, aboveW, presence, awayMinutes }, { say, name, amount, minutes }) =>
      say.leftOn(name(device), amount(aboveW, measurement, 'power'), name(presence), minutes(awayMinutes)),
  ),
  peak: template(
    { devices: 'texts', measurement: 'text', limitW: 'number', overMinutes: 'number' },
    ({ devices, measurement, limitW, overMinutes }, { say, anyOf, amount, minutes }) =>
      say.peak(anyOf(devices), amount(limitW, measurement, 'power'), minutes(overMinutes)),
  ),
  freezerDoor: template(
    { freezer: 'text', measurement: 'text', aboveC: 'number', door: 'text', openMinutes: 'number' },
    ({ freezer, measurement, aboveC, door, openMinutes }, { say, name, amount, minutes }) =>
      say.freezerDoor(
        name(freezer),
        amount(aboveC, measurement, 'temperature'),
        name(door),
        minutes(openMinutes),
      ),
  ),
  stuck: template(
    { devices: 'texts', field: 'text', hours: 'number' },
    ({ devices, field, hours: held }, { say, anyOf, hours }) => say.stuck(anyOf(devices), field, hours(held)),
  ),
  phaseOverload: template(
    { devices: 'texts', limitA: 'number', forMinutes: 'number' },
    ({ devices, limitA, forMinutes }, { say, anyOf, number, minutes }) =>
      say.phaseOverload(anyOf(devices), `${number(limitA)} A`, minutes(forMinutes)),
  ),
}
