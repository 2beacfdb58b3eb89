/** Units of time that spans are told in. */
export type SpanUnit = 'hour' | 'minute' | 'second'

const symbols: Readonly<Record<SpanUnit, string>> = { hour: 'h', minute: 'min', second: 's' }

const lasting = (time: string | null) => (time === null ? '' : ` for ${time}`)

/**
 * What rules say, in English as the server says it. `who` and other names come between stars, amounts with their unit and times
 * as they are to be read; without a `time` it is at once.
 */
export const sentences = {
  /** @param deeds what follows, at least one */
  whole: (when: string, deeds: readonly string[]) => `${when}, ${deeds.join(' and ')}.`,
  /** Any of these; `others` are not named. */
  anyOf: (names: readonly string[], others: number) => {
    const all = others === 0 ? names : [...names, others === 1 ? '1 other' : `${others} others`]
    return all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`
  },
  span: (_amount: number, shown: string, unit: SpanUnit) => `${shown} ${symbols[unit]}`,
  query: (text: string) => `Whenever the query \`${text}\` gives a row`,
  draws: (who: string, above: boolean, limit: string, time: string | null) =>
    `When ${who} draws ${above ? 'more' : 'less'} than ${limit}${lasting(time)}`,
  measures: (who: string, field: string, above: boolean, limit: string, time: string | null) =>
    `When ${who} has a ${field} ${above ? 'above' : 'below'} ${limit}${lasting(time)}`,
  absence: (who: string, time: string) => `When ${who} sends nothing for ${time}`,
  unusual: (who: string, factor: string, days: string) =>
    `When ${who} uses more than ${factor} × its usual for the hour (of ${days} days)`,
  finished: (who: string, limit: string, time: string) =>
    `When ${who} has run and then draws less than ${limit} for ${time}`,
  leftOn: (who: string, limit: string, room: string, time: string) =>
    `When ${who} draws more than ${limit} though ${room} has seen nobody for ${time}`,
  peak: (who: string, limit: string, time: string) =>
    `When ${who} draws more than ${limit} in the mean of ${time}`,
  freezerDoor: (who: string, limit: string, door: string, time: string) =>
    `When ${who} is warmer than ${limit} and ${door} has been open for ${time}`,
  stuck: (who: string, field: string, time: string) => `When ${who} says the same ${field} for ${time}`,
  phaseOverload: (who: string, limit: string, time: string) =>
    `When a phase of ${who} carries more than ${limit} for ${time}`,
  deeds: {
    alert: (severity: string) => `alert *${severity}*`,
    /** @param topic null for that of the rule */
    event: (topic: string | null) => (topic === null ? 'note an event' : `note an event as *${topic}*`),
    webhook: (host: string) => `tell *${host}*`,
    store: (device: string, measurement: string) => `store it as ${measurement} of ${device}`,
  },
}
