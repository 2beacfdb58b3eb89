import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** The one accent. White on 7 and 8, and 3 and 4 on the dark page, keep 4.5 : 1. */
const petrol: MantineColorsTuple = [
  '#e5f4f4',
  '#cde6e7',
  '#9fced0',
  '#72b9bd',
  '#4aa5aa',
  '#2d959a',
  '#1a8a90',
  '#0b757a',
  '#00666b',
  '#00565a',
]

/** Neutral greys with a trace of the accent, from text to the deepest ground. */
const dark: MantineColorsTuple = [
  '#e4eaea',
  '#c5cdcd',
  '#a5b0b0',
  '#84908f',
  '#3f4a4b',
  '#313a3b',
  '#1e2526',
  '#141919',
  '#0f1313',
  '#0a0d0d',
]

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, dark },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '600' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
})

/** Mantine's dimmed and error texts are too faint for WCAG AA on our grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f5f8f8',
    '--mantine-color-dimmed': '#566061',
    '--mantine-color-placeholder': '#6a7576',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#00666b',
    '--ohm-surface': '#ffffff',
    '--ohm-line': '#dfe5e5',
    '--ohm-grid': '#e8eded',
    '--ohm-live': '#00755a',
    '--ohm-late': '#8a5a00',
    '--ohm-silent': '#b3261e',
    '--ohm-accent': '#00757b',
    '--ohm-accent-soft': '#00757b1f',
    '--ohm-warn-surface': '#fff6e0',
    '--ohm-warn-line': '#e8cf93',
    '--ohm-bad-surface': '#fdeceb',
    '--ohm-bad-line': '#eebab6',
  },
  dark: {
    '--mantine-color-dimmed': '#a5b0b0',
    '--mantine-color-placeholder': '#8f9b9a',
    '--mantine-color-error': '#ff9d94',
    '--mantine-color-anchor': '#72c3c7',
    '--mantine-color-petrol-light-color': '#72c3c7',
    '--ohm-surface': '#1b2122',
    '--ohm-line': '#2f3839',
    '--ohm-grid': '#293132',
    '--ohm-live': '#5fd3ac',
    '--ohm-late': '#f2bf5b',
    '--ohm-silent': '#ff9d94',
    '--ohm-accent': '#5cc3c9',
    '--ohm-accent-soft': '#5cc3c926',
    '--ohm-warn-surface': '#2e2717',
    '--ohm-warn-line': '#5c4b22',
    '--ohm-bad-surface': '#331f1e',
    '--ohm-bad-line': '#6a3532',
  },
})
