import type { Messages } from '../en.ts'

export const demo: Messages['demo'] = {
  title: 'D’abord regarder',
  means:
    'Trois logements simulés et un bureau avec deux mois de mesures, à côté des vôtres. Un geste les retire sans trace.',
  use: 'Utiliser la démonstration',
  look: 'Vers la démonstration',
  simulated: 'Données simulées.',
  simulatedMeans: 'Ce site fait partie de la démonstration ; rien n’y est réel.',
  elsewhere:
    'La démonstration tourne par la commande « ohmstead demo » ; « ohmstead demo remove » la retire.',
  remove: 'Retirer la démonstration',
  removeTitle: 'Retirer la démonstration ?',
  removeMeans: 'Les quatre sites simulés partent avec tout leur contenu. Les vôtres restent comme ils sont.',
  loading: share => `Chargement, ${share} fait. Vous pouvez continuer entre-temps.`,
}
