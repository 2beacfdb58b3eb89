import type { Messages } from '../en.ts'
import { plural } from '../plural.ts'

const n = plural('de')

export const explore: Messages['explore'] = {
  lead: 'Jede Messreihe dieses Standorts, von Jahren bis zu Sekunden.',
  series: 'Messreihen',
  find: 'Gerät, Ort oder Feld',
  none: 'Hier wurde noch nichts gemessen.',
  noMatch: 'Keine Messreihe passt dazu.',
  choose: 'Wählen Sie oben eine Messreihe, dann erscheint sie hier.',
  chart: 'Messwerte',
  range: 'Zeitraum',
  refining: 'feinere Punkte werden geladen',
  nothing: 'In dieser Zeit wurde nichts gemessen.',
  hint: 'Ziehen verschiebt; zwei Finger, oder Strg und das Rad, vergrößern. Mit der Tastatur: Pfeile, Umschalt und Pfeile, + und −.',
  keys: 'Pfeiltasten gehen die Linien entlang, mit Umschalt verschieben sie, + und − vergrößern.',
  moves: 'Verschieben und vergrößern',
  earlier: 'Früher',
  later: 'Später',
  closer: 'Vergrößern',
  wider: 'Verkleinern',
  atEnd: 'Neueste Werte',
  remove: 'Entfernen',
  take: 'Mitnehmen',
  takeMeans:
    'Die Messreihen und die Zeit oben, genau wie gespeichert. Parquet und Arrow enthalten Einheiten und Zeitzone.',
  resolution: 'Auflösung',
  format: 'Format',
  download: 'Herunterladen:',
  copyCall: 'Als API-Aufruf kopieren',
  call: 'API-Aufruf',
  tokenHint: 'Der Aufruf liest sein Token aus der Umgebungsvariablen OHMSTEAD_TOKEN.',
  toTokens: 'Token anlegen',
  spans: { '-1h': '1 h', '-6h': '6 h', '-24h': '24 h', '-7d': '7 T', '-30d': '30 T', '-366d': '1 J' },
  resolutions: {
    raw: 'Roh, jeder Messwert',
    PT1M: '1 Minute',
    PT15M: '15 Minuten',
    hour: 'Stunden',
    day: 'Tage des Standorts',
  },
  found: (count, shown, all) => n(count, { one: '1 Messreihe', other: `${shown} von ${all} Messreihen` }),
  full: most => `Mehr als ${most} Messreihen passen nicht in ein Bild.`,
  newest: (shown, all) => `Die neuesten ${shown} von ${all} Punkten; eine Datei enthält alle.`,
}
