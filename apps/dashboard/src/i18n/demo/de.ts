import type { Messages } from '../en.ts'

export const demo: Messages['demo'] = {
  title: 'Erst einmal umsehen',
  means:
    'Drei simulierte Wohnungen und ein Büro mit zwei Monaten Messwerten, neben Ihren eigenen. Ein Tipp nimmt sie spurlos wieder weg.',
  use: 'Demodaten benutzen',
  look: 'Zur Demo',
  simulated: 'Simulierte Daten.',
  simulatedMeans: 'Dieser Standort gehört zur Demo; nichts davon ist echt.',
  elsewhere: 'Die Demo läuft durch den Befehl „ohmstead demo“; „ohmstead demo remove“ nimmt sie weg.',
  remove: 'Demo entfernen',
  removeTitle: 'Die Demo entfernen?',
  removeMeans: 'Alle vier simulierten Standorte gehen mit allem darin. Ihre eigenen bleiben, wie sie sind.',
  loading: share => `Wird geladen, ${share} fertig. Sie können inzwischen weitermachen.`,
}
