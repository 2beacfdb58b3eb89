export const demo = {
  title: 'Look around first',
  means:
    'Three simulated homes and an office with two months of readings, beside your own. One tap takes them away again without a trace.',
  use: 'Use demo data',
  look: 'To the demo',
  simulated: 'Simulated data.',
  simulatedMeans: 'This site is part of the demo; nothing of it is real.',
  elsewhere: 'The demo is run by the command “ohmstead demo”; “ohmstead demo remove” takes it away.',
  remove: 'Remove demo',
  removeTitle: 'Remove the demo?',
  removeMeans: 'All four simulated sites go with everything in them. Your own sites stay as they are.',
  loading: (share: string) => `Loading, ${share} done. You can go on meanwhile.`,
}
