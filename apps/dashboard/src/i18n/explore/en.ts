import { plural } from '../plural.ts'

const n = plural('en')

export const explore = {
  lead: 'Any series of this site, from years down to seconds.',
  series: 'Series',
  find: 'Device, place or field',
  none: 'Nothing has been measured here yet.',
  noMatch: 'No series matches.',
  choose: 'Choose a series above, and it is drawn here.',
  chart: 'Readings',
  range: 'Time range',
  refining: 'loading finer points',
  nothing: 'Nothing was measured in this time.',
  hint: 'Drag to move; pinch, or Ctrl and the wheel, to zoom. With the keyboard: arrows, Shift and arrows, + and −.',
  keys: 'Arrow keys walk along the lines, with Shift they move, + and − zoom.',
  moves: 'Move and zoom',
  earlier: 'Earlier',
  later: 'Later',
  closer: 'Zoom in',
  wider: 'Zoom out',
  atEnd: 'Newest values',
  remove: 'Remove',
  take: 'Take it along',
  takeMeans:
    'The series and the time above, exactly as stored. Parquet and Arrow hold units and the time zone.',
  resolution: 'Resolution',
  format: 'Format',
  download: 'Download',
  copyCall: 'Copy as API call',
  call: 'API call',
  tokenHint: 'The call reads its token from the environment variable OHMSTEAD_TOKEN.',
  toTokens: 'Make a token',
  spans: { '-1h': '1 h', '-6h': '6 h', '-24h': '24 h', '-7d': '7 d', '-30d': '30 d', '-366d': '1 y' },
  resolutions: {
    raw: 'Raw, every reading',
    PT1M: '1 minute',
    PT15M: '15 minutes',
    hour: 'Hours',
    day: 'Days of the site',
  },
  found: (count: number, shown: string, all: string) =>
    n(count, { one: '1 series', other: `${shown} of ${all} series` }),
  full: (most: string) => `${most} series are the most in one picture.`,
  newest: (shown: string, all: string) => `The newest ${shown} of ${all} points; a file holds them all.`,
}
