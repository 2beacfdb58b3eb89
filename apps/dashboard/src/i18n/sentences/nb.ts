import type { Messages } from '../en.ts'
import { plural } from '../plural.ts'

const n = plural('nb')

const and = (deeds: readonly string[]) =>
  deeds.length < 2 ? deeds.join() : `${deeds.slice(0, -1).join(', ')} og ${deeds.at(-1)}`
const than = (above: boolean, limit: string) => `${above ? 'mer' : 'mindre'} enn ${limit}`
const lasting = (time: string | null) => (time === null ? '' : ` i ${time}`)

// No word has to agree with the gender of a name.
export const sentences: Messages['sentences'] = {
  whole: (when, deeds) => `${when}, ${and(deeds)}.`,
  anyOf: (names, others) => {
    const rest = others === 1 ? 'én til' : `én av ${others} til`
    const all = others === 0 ? names : [...names, rest]
    return all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} eller ${all.at(-1)}`
  },
  span: (amount, shown, unit) =>
    ({
      hour: n(amount, { one: `${shown} time`, other: `${shown} timer` }),
      minute: n(amount, { one: `${shown} minutt`, other: `${shown} minutter` }),
      second: n(amount, { one: `${shown} sekund`, other: `${shown} sekunder` }),
    })[unit],
  query: text => `Hver gang spørringen \`${text}\` gir en rad`,
  draws: (who, above, limit, time) => `Når ${who} trekker ${than(above, limit)}${lasting(time)}`,
  measures: (who, field, above, limit, time) =>
    `Når ${who} måler ${than(above, limit)} for *${field}*${lasting(time)}`,
  absence: (who, time) => `Når ${who} ikke sender noe på ${time}`,
  unusual: (who, factor, days) =>
    `Når ${who} bruker mer enn ${factor} ganger det vanlige for timen (over ${days} dager)`,
  finished: (who, limit, time) => `Når ${who} har gått og så trekker mindre enn ${limit} i ${time}`,
  leftOn: (who, limit, room, time) =>
    `Når ${who} trekker mer enn ${limit} selv om ${room} ikke har sett noen på ${time}`,
  peak: (who, limit, time) => `Når ${who} trekker mer enn ${limit} i snitt over ${time}`,
  freezerDoor: (who, limit, door, time) =>
    `Når ${who} er varmere enn ${limit} og døren ${door} har stått åpen i ${time}`,
  stuck: (who, field, time) => `Når ${who} sender samme verdi for *${field}* i ${time}`,
  phaseOverload: (who, limit, time) => `Når ${who} fører mer enn ${limit} på en fase i ${time}`,
  deeds: {
    alert: severity => `utløs varsel (*${severity}*)`,
    event: topic => (topic === null ? 'noter en hendelse' : `noter en hendelse som *${topic}*`),
    webhook: host => `si fra til *${host}*`,
    store: (device, measurement) => `lagre det som *${measurement}* for ${device}`,
  },
}
