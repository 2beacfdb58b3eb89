import type { Messages } from '../en.ts'
import { plural } from '../plural.ts'

const n = plural('fr')

const and = (deeds: readonly string[]) =>
  deeds.length < 2 ? deeds.join() : `${deeds.slice(0, -1).join(', ')} et ${deeds.at(-1)}`
const than = (above: boolean, limit: string) => `${above ? 'plus' : 'moins'} de ${limit}`
const lasting = (time: string | null) => (time === null ? '' : ` pendant ${time}`)

// Whom it is about is always the subject, so that nothing has to agree with the gender of a name.
export const sentences: Messages['sentences'] = {
  whole: (when, deeds) => `${when}, ${and(deeds)}.`,
  anyOf: (names, others) => {
    const rest = others === 1 ? 'un autre' : `l’un des ${others} autres`
    const all = others === 0 ? names : [...names, rest]
    return all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} ou ${all.at(-1)}`
  },
  span: (amount, shown, unit) =>
    ({
      hour: n(amount, { one: `${shown} heure`, other: `${shown} heures` }),
      minute: n(amount, { one: `${shown} minute`, other: `${shown} minutes` }),
      second: n(amount, { one: `${shown} seconde`, other: `${shown} secondes` }),
    })[unit],
  query: text => `Chaque fois que la requête \`${text}\` donne une ligne`,
  draws: (who, above, limit, time) => `Quand ${who} consomme ${than(above, limit)}${lasting(time)}`,
  measures: (who, field, above, limit, time) =>
    `Quand ${who} mesure ${than(above, limit)} pour *${field}*${lasting(time)}`,
  absence: (who, time) => `Quand ${who} n’envoie rien pendant ${time}`,
  unusual: (who, factor, days) =>
    `Quand ${who} consomme plus de ${factor} fois sa consommation habituelle à cette heure (sur ${days} jours)`,
  finished: (who, limit, time) => `Quand ${who} a tourné puis consomme moins de ${limit} pendant ${time}`,
  leftOn: (who, limit, room, time) =>
    `Quand ${who} consomme plus de ${limit} alors que ${room} ne voit personne depuis ${time}`,
  peak: (who, limit, time) => `Quand ${who} consomme plus de ${limit} en moyenne sur ${time}`,
  freezerDoor: (who, limit, door, time) =>
    `Quand ${who} dépasse ${limit} et que la porte ${door} est ouverte depuis ${time}`,
  stuck: (who, field, time) => `Quand ${who} envoie la même valeur de *${field}* pendant ${time}`,
  phaseOverload: (who, limit, time) => `Quand ${who} porte plus de ${limit} sur une phase pendant ${time}`,
  deeds: {
    alert: severity => `lever une alerte de gravité *${severity}*`,
    event: topic => (topic === null ? 'noter un événement' : `noter un événement sous *${topic}*`),
    webhook: host => `prévenir *${host}*`,
    store: (device, measurement) => `l’enregistrer comme *${measurement}* de ${device}`,
  },
}
