import type { Messages } from '../en.ts'
import { plural } from '../plural.ts'

const n = plural('de')

const and = (deeds: readonly string[]) =>
  deeds.length < 2 ? deeds.join() : `${deeds.slice(0, -1).join(', ')} und ${deeds.at(-1)}`
const than = (above: boolean, limit: string) => `${above ? 'mehr' : 'weniger'} als ${limit}`
const lasting = (time: string | null) => (time === null ? '' : `${time} lang `)

// Whom it is about is always the subject, so that no name has to be inflected.
export const sentences: Messages['sentences'] = {
  whole: (when, deeds) => `${when}, ${and(deeds)}.`,
  anyOf: (names, others) => {
    const rest = others === 1 ? 'ein weiteres' : `eines von ${others} weiteren`
    const all = others === 0 ? names : [...names, rest]
    return all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} oder ${all.at(-1)}`
  },
  span: (amount, shown, unit) =>
    ({
      hour: n(amount, { one: `${shown} Stunde`, other: `${shown} Stunden` }),
      minute: n(amount, { one: `${shown} Minute`, other: `${shown} Minuten` }),
      second: n(amount, { one: `${shown} Sekunde`, other: `${shown} Sekunden` }),
    })[unit],
  query: text => `Immer wenn die Abfrage \`${text}\` eine Zeile liefert`,
  draws: (who, above, limit, time) => `Wenn ${who} ${lasting(time)}${than(above, limit)} zieht`,
  measures: (who, field, above, limit, time) =>
    `Wenn ${who} ${lasting(time)}für *${field}* ${than(above, limit)} misst`,
  absence: (who, time) => `Wenn ${who} ${time} lang nichts sendet`,
  unusual: (who, factor, days) =>
    `Wenn ${who} mehr als ${factor}-mal so viel verbraucht wie sonst in dieser Stunde (an ${days} Tagen)`,
  finished: (who, limit, time) => `Wenn ${who} gelaufen ist und dann ${time} lang weniger als ${limit} zieht`,
  leftOn: (who, limit, room, time) =>
    `Wenn ${who} mehr als ${limit} zieht, obwohl ${room} seit ${time} niemanden bemerkt`,
  peak: (who, limit, time) => `Wenn ${who} im Mittel von ${time} mehr als ${limit} zieht`,
  freezerDoor: (who, limit, door, time) =>
    `Wenn ${who} wärmer als ${limit} ist und ${door} seit ${time} offen steht`,
  stuck: (who, field, time) => `Wenn ${who} ${time} lang denselben Wert für *${field}* sendet`,
  phaseOverload: (who, limit, time) => `Wenn ${who} auf einer Phase ${time} lang mehr als ${limit} führt`,
  deeds: {
    alert: severity => `Alarm (*${severity}*) auslösen`,
    event: topic => (topic === null ? 'Ereignis festhalten' : `Ereignis unter *${topic}* festhalten`),
    webhook: host => `*${host}* benachrichtigen`,
    store: (device, measurement) => `als *${measurement}* von ${device} speichern`,
  },
}
