import type { Messages } from '../en.ts'

export const demo: Messages['demo'] = {
  title: 'Se deg om først',
  means:
    'Tre simulerte hjem og et kontor med to måneder målinger, ved siden av dine egne. Ett trykk fjerner dem sporløst.',
  use: 'Bruk demodata',
  look: 'Til demoen',
  simulated: 'Simulerte data.',
  simulatedMeans: 'Dette stedet hører til demoen; ingenting er ekte.',
  elsewhere: 'Demoen kjøres av kommandoen «ohmstead demo»; «ohmstead demo remove» fjerner den.',
  remove: 'Fjern demoen',
  removeTitle: 'Fjerne demoen?',
  removeMeans: 'Alle fire simulerte steder fjernes med alt i seg. Dine egne blir som de er.',
  loading: share => `Laster, ${share} ferdig. Du kan gå videre imens.`,
}
