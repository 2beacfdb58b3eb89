/** Currencies of regions outside the euro that people run homes in most; any other is chosen from the list. */
const byRegion: Readonly<Record<string, string>> = {
  AU: 'AUD',
  BG: 'BGN',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CN: 'CNY',
  CZ: 'CZK',
  DK: 'DKK',
  GB: 'GBP',
  HU: 'HUF',
  IN: 'INR',
  IS: 'ISK',
  JP: 'JPY',
  KR: 'KRW',
  LI: 'CHF',
  MX: 'MXN',
  NO: 'NOK',
  NZ: 'NZD',
  PL: 'PLN',
  RO: 'RON',
  SE: 'SEK',
  TR: 'TRY',
  UA: 'UAH',
  US: 'USD',
  ZA: 'ZAR',
}

/** Where the zone's city says more than the language: many read English outside of where it is spoken. */
const byZone: Readonly<Record<string, string>> = {
  'Europe/Oslo': 'NOK',
  'Europe/Stockholm': 'SEK',
  'Europe/Copenhagen': 'DKK',
  'Europe/London': 'GBP',
  'Europe/Zurich': 'CHF',
  'Europe/Warsaw': 'PLN',
  'Europe/Prague': 'CZK',
  'Europe/Budapest': 'HUF',
  'Europe/Bucharest': 'RON',
  'Atlantic/Reykjavik': 'ISK',
  'Asia/Tokyo': 'JPY',
  'Asia/Seoul': 'KRW',
  'Asia/Kolkata': 'INR',
  'Asia/Calcutta': 'INR',
  'Pacific/Auckland': 'NZD',
}

/** A first guess from the browser, to be confirmed. */
export function currencyOf(languages: readonly string[], zone: string): string {
  const known = byZone[zone]
  if (known !== undefined) return known
  if (zone.startsWith('Australia/')) return 'AUD'
  if (zone.startsWith('Europe/')) return 'EUR'
  for (const language of languages) {
    const { region } = new Intl.Locale(language)
    if (region !== undefined) return byRegion[region] ?? 'EUR'
  }
  return 'EUR'
}
