import { describe, expect, test } from 'vitest'
import type { Action, Saying } from '../../api/rules.ts'
import { formatOf } from '../../i18n/format.ts'
import { type Language, messagesOf } from '../../i18n/languages.ts'
import { sentenceOf } from './sentence.ts'

const names: Readonly<Record<string, string>> = {
  freezer: 'Gefrierschrank',
  wash: 'Washing machine',
  hall: 'Flur',
}
const alert: Action = { kind: 'alert', severity: 'high' }

async function told(language: Language, saying: Saying): Promise<string | null> {
  const messages = await messagesOf(language)
  const format = formatOf(language, 'Europe/Oslo')
  return sentenceOf(saying, { messages, format, nameOf: id => names[id] ?? id })
}

const of = (template: string, parameters: Record<string, unknown>, ...actions: Action[]): Saying => ({
  definition: { kind: 'template', template, parameters },
  actions: actions.length === 0 ? [alert] : actions,
})

const electrical = { measurement: 'electricalMeter', field: 'power' }
const room = { measurement: 'roomSensor', field: 'temperature' }
const below = { ...electrical, comparison: 'below', limit: 2.5, forMinutes: 30 }
const above = { ...room, comparison: 'above', limit: 25, forMinutes: 0 }

const cases: [Saying, Record<Exclude<Language, 'en'>, string>][] = [
  [
    of('threshold', { ...below, devices: ['freezer'] }),
    {
      de: 'Wenn *Gefrierschrank* 30 Minuten lang weniger als 2,5 W zieht, Alarm (*hoch*) auslösen.',
      fr: 'Quand *Gefrierschrank* consomme moins de 2,5 W pendant 30 minutes, lever une alerte de gravité *élevée*.',
      nb: 'Når *Gefrierschrank* trekker mindre enn 2,5 W i 30 minutter, utløs varsel (*høy*).',
    },
  ],
  [
    of('threshold', { ...above, devices: ['hall'] }, { kind: 'event' }),
    {
      de: 'Wenn *Flur* für *temperature* mehr als 25 °C misst, Ereignis festhalten.',
      fr: 'Quand *Flur* mesure plus de 25 °C pour *temperature*, noter un événement.',
      nb: 'Når *Flur* måler mer enn 25 °C for *temperature*, noter en hendelse.',
    },
  ],
  [
    of('absence', { devices: ['a', 'b', 'c', 'd'], forMinutes: 60 }),
    {
      de: 'Wenn *a*, *b*, *c* oder ein weiteres 1 Stunde lang nichts sendet, Alarm (*hoch*) auslösen.',
      fr: 'Quand *a*, *b*, *c* ou un autre n’envoie rien pendant 1 heure, lever une alerte de gravité *élevée*.',
      nb: 'Når *a*, *b*, *c* eller én til ikke sender noe på 1 time, utløs varsel (*høy*).',
    },
  ],
  [
    of('absence', { devices: ['a', 'b', 'c', 'd', 'e'], forMinutes: 0.5 }),
    {
      de: 'Wenn *a*, *b*, *c* oder eines von 2 weiteren 30 Sekunden lang nichts sendet, Alarm (*hoch*) auslösen.',
      fr: 'Quand *a*, *b*, *c* ou l’un des 2 autres n’envoie rien pendant 30 secondes, lever une alerte de gravité *élevée*.',
      nb: 'Når *a*, *b*, *c* eller én av 2 til ikke sender noe på 30 sekunder, utløs varsel (*høy*).',
    },
  ],
  [
    of('unusual', { devices: ['a', 'b'], factor: 1.5, days: 28 }),
    {
      de: 'Wenn *a* oder *b* mehr als 1,5-mal so viel verbraucht wie sonst in dieser Stunde (an 28 Tagen), Alarm (*hoch*) auslösen.',
      fr: 'Quand *a* ou *b* consomme plus de 1,5 fois sa consommation habituelle à cette heure (sur 28 jours), lever une alerte de gravité *élevée*.',
      nb: 'Når *a* eller *b* bruker mer enn 1,5 ganger det vanlige for timen (over 28 dager), utløs varsel (*høy*).',
    },
  ],
  [
    of('finished', { ...electrical, device: 'wash', runningW: 20, idleMinutes: 5 }),
    {
      de: 'Wenn *Washing machine* gelaufen ist und dann 5 Minuten lang weniger als 20 W zieht, Alarm (*hoch*) auslösen.',
      fr: 'Quand *Washing machine* a tourné puis consomme moins de 20 W pendant 5 minutes, lever une alerte de gravité *élevée*.',
      nb: 'Når *Washing machine* har gått og så trekker mindre enn 20 W i 5 minutter, utløs varsel (*høy*).',
    },
  ],
  [
    of('leftOn', { ...electrical, device: 'wash', aboveW: 10, presence: 'hall', awayMinutes: 15 }),
    {
      de: 'Wenn *Washing machine* mehr als 10 W zieht, obwohl *Flur* seit 15 Minuten niemanden bemerkt, Alarm (*hoch*) auslösen.',
      fr: 'Quand *Washing machine* consomme plus de 10 W alors que *Flur* ne voit personne depuis 15 minutes, lever une alerte de gravité *élevée*.',
      nb: 'Når *Washing machine* trekker mer enn 10 W selv om *Flur* ikke har sett noen på 15 minutter, utløs varsel (*høy*).',
    },
  ],
  [
    of('peak', { ...electrical, devices: ['a'], limitW: 15000, overMinutes: 15 }),
    {
      de: 'Wenn *a* im Mittel von 15 Minuten mehr als 15000 W zieht, Alarm (*hoch*) auslösen.',
      fr: 'Quand *a* consomme plus de 15000 W en moyenne sur 15 minutes, lever une alerte de gravité *élevée*.',
      nb: 'Når *a* trekker mer enn 15000 W i snitt over 15 minutter, utløs varsel (*høy*).',
    },
  ],
  [
    of('freezerDoor', { ...room, freezer: 'freezer', aboveC: -15, door: 'door', openMinutes: 1 }),
    {
      de: 'Wenn *Gefrierschrank* wärmer als -15 °C ist und *door* seit 1 Minute offen steht, Alarm (*hoch*) auslösen.',
      fr: 'Quand *Gefrierschrank* dépasse -15 °C et que la porte *door* est ouverte depuis 1 minute, lever une alerte de gravité *élevée*.',
      nb: 'Når *Gefrierschrank* er varmere enn −15 °C og døren *door* har stått åpen i 1 minutt, utløs varsel (*høy*).',
    },
  ],
  [
    of('stuck', { ...room, devices: ['hall'], hours: 1.5, least: 5 }),
    {
      de: 'Wenn *Flur* 1,5 Stunden lang denselben Wert für *temperature* sendet, Alarm (*hoch*) auslösen.',
      fr: 'Quand *Flur* envoie la même valeur de *temperature* pendant 1,5 heure, lever une alerte de gravité *élevée*.',
      nb: 'Når *Flur* sender samme verdi for *temperature* i 1,5 timer, utløs varsel (*høy*).',
    },
  ],
  [
    of('phaseOverload', { ...electrical, devices: ['a'], limitA: 25, forMinutes: 2 }),
    {
      de: 'Wenn *a* auf einer Phase 2 Minuten lang mehr als 25 A führt, Alarm (*hoch*) auslösen.',
      fr: 'Quand *a* porte plus de 25 A sur une phase pendant 2 minutes, lever une alerte de gravité *élevée*.',
      nb: 'Når *a* fører mer enn 25 A på en fase i 2 minutter, utløs varsel (*høy*).',
    },
  ],
  [
    {
      definition: { kind: 'epl', text: 'select *\n  from roomSensor' },
      actions: [
        { kind: 'event', topic: 'warm' },
        { kind: 'webhook', url: 'https://example.org/hook' },
        { kind: 'store', device: 'hall', measurement: 'roomSensor' },
      ],
    },
    {
      de: 'Immer wenn die Abfrage `select * from roomSensor` eine Zeile liefert, Ereignis unter *warm* festhalten, *example.org* benachrichtigen und als *roomSensor* von *Flur* speichern.',
      fr: 'Chaque fois que la requête `select * from roomSensor` donne une ligne, noter un événement sous *warm*, prévenir *example.org* et l’enregistrer comme *roomSensor* de *Flur*.',
      nb: 'Hver gang spørringen `select * from roomSensor` gir en rad, noter en hendelse som *warm*, si fra til *example.org* og lagre det som *roomSensor* for *Flur*.',
    },
  ],
]

describe.for(['de', 'fr', 'nb'] as const)('in %s', language => {
  test.each(cases.map(([saying, expected]) => [expected[language], saying] as const))(
    '%s',
    async (expected, saying) => {
      expect(await told(language, saying)).toBe(expected)
    },
  )
})

test.each([
  ['a template that is not known', of('newer', {})],
  ['a name of every object', of('constructor', {})],
  ['a parameter that is missing', of('absence', { devices: ['a'] })],
  ['a parameter of another kind', of('absence', { devices: 'a', forMinutes: 5 })],
  [
    'an action that is not known',
    of('absence', { devices: ['a'], forMinutes: 5 }, { kind: 'command' } as unknown as Action),
  ],
])('%s is left to the server', async (_, saying) => {
  expect(await told('de', saying)).toBeNull()
})
