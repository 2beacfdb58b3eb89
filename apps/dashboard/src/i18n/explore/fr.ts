import type { Messages } from '../en.ts'
import { plural } from '../plural.ts'

const n = plural('fr')

export const explore: Messages['explore'] = {
  lead: 'Toute série de ce site, des années jusqu’aux secondes.',
  series: 'Séries',
  find: 'Appareil, lieu ou champ',
  none: 'Rien n’a encore été mesuré ici.',
  noMatch: 'Aucune série ne correspond.',
  choose: 'Choisissez une série ci-dessus : elle se dessine ici.',
  chart: 'Mesures',
  range: 'Période',
  refining: 'points plus fins en chemin',
  nothing: 'Rien n’a été mesuré pendant ce temps.',
  hint: 'Glisser déplace ; deux doigts, ou Ctrl et la molette, agrandissent. Au clavier : flèches, Maj et flèches, + et −.',
  keys: 'Les flèches suivent les lignes, avec Maj elles déplacent, + et − agrandissent.',
  moves: 'Déplacer et agrandir',
  earlier: 'Plus tôt',
  later: 'Plus tard',
  closer: 'Agrandir',
  wider: 'Réduire',
  atEnd: 'Dernières valeurs',
  remove: 'Retirer',
  take: 'Emporter',
  takeMeans:
    'Les séries et la période ci-dessus, telles que gardées. Parquet et Arrow portent les unités et le fuseau.',
  resolution: 'Résolution',
  format: 'Format',
  download: 'Télécharger',
  copyCall: 'Copier comme appel d’API',
  call: 'Appel d’API',
  tokenHint: 'L’appel lit son jeton dans la variable d’environnement OHMSTEAD_TOKEN.',
  toTokens: 'Créer un jeton',
  spans: { '-1h': '1 h', '-6h': '6 h', '-24h': '24 h', '-7d': '7 j', '-30d': '30 j', '-366d': '1 an' },
  resolutions: {
    raw: 'Brut, chaque mesure',
    PT1M: '1 minute',
    PT15M: '15 minutes',
    hour: 'Heures',
    day: 'Jours du site',
  },
  found: (count, shown, all) => n(count, { one: `${all} série`, other: `${shown} sur ${all} séries` }),
  full: most => `Une image tient ${most} séries au plus.`,
  newest: (shown, all) => `Les ${shown} derniers points sur ${all} ; un fichier les contient tous.`,
}
