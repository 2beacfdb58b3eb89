import { globSync, readFileSync } from 'node:fs'

/** Why a block of a page is shown and not run. */
export const reasons = ['install', 'interactive', 'other program', 'root', 'pattern', 'tests'] as const
export type Reason = (typeof reasons)[number]

/** A fenced block of a page. The words behind its language say what a test does with it. */
export interface Snippet {
  readonly page: string
  /** Of its fence, from 1. */
  readonly line: number
  readonly language: string
  readonly words: string
  readonly text: string
}

/** What a page wants to be there before its first block. */
export interface Stage {
  readonly site: string
  readonly zone: string
  readonly device: string
}

export interface Page {
  readonly path: string
  readonly stage: Stage
  readonly snippets: readonly Snippet[]
}

/** What becomes of a block. */
export type Use =
  | { readonly kind: 'run' }
  /** Run, and must fail. */
  | { readonly kind: 'refused' }
  /** What the block before must have answered, at least. */
  | { readonly kind: 'answer' }
  /** Settings that must be acceptable. */
  | { readonly kind: 'settings' }
  /** A reading that must be stored. */
  | { readonly kind: 'reading' }
  | { readonly kind: 'parse' }
  | { readonly kind: 'not run'; readonly reason: Reason }
  /** Text, diagrams, configurations of other programs. */
  | { readonly kind: 'shown' }

/** Pages whose blocks are made by scripts, or are records. */
const left = /^docs\/(reference|adr|node_modules|\.vitepress)\/|^docs\/benchmarks\.md$/

/** Every page that people wrote, and the README. */
export function writtenPages(): Page[] {
  const paths = globSync('docs/**/*.md').map(path => path.replaceAll('\\', '/'))
  return ['README.md', ...paths.filter(path => !left.test(path)).sort()].map(path =>
    readPage(path, readFileSync(path, 'utf8')),
  )
}

export function readPage(path: string, text: string): Page {
  const [, given = '{}'] = /^---\n(?:[\s\S]*?\n)?snippets: (\{.*\})\n[\s\S]*?---\n/.exec(text) ?? []
  const stage = {
    site: 'home',
    zone: 'Europe/Oslo',
    device: 'plug-1',
    ...(JSON.parse(given) as Partial<Stage>),
  }
  return { path, stage, snippets: [...blocks(path, text)] }
}

function* blocks(page: string, text: string): Generator<Snippet> {
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const [, indent, ticks, language, words] = /^( *)(`{3,})([\w-]+) ?(.*)$/.exec(lines[i]!) ?? []
    if (ticks === undefined) continue
    const end = lines.findIndex((line, at) => at > i && line.trim() === ticks)
    if (end < 0) throw new Error(`${page}:${i + 1}: a block without an end`)
    const body = lines.slice(i + 1, end).map(line => line.replace(new RegExp(`^ {0,${indent!.length}}`), ''))
    yield { page, line: i + 1, language: language!, words: words!.trim(), text: body.join('\n') }
    i = end
  }
}

/** @throws Error naming the page for words that mean nothing */
export function useOf({ page, line, language, words }: Snippet): Use {
  const [, why] = /^not run: (.+)$/.exec(words) ?? []
  if (why !== undefined) {
    if ((reasons as readonly string[]).includes(why)) return { kind: 'not run', reason: why as Reason }
    throw new Error(`${page}:${line}: '${why}' is none of ${reasons.join(', ')}`)
  }
  const uses: Readonly<Record<string, Use>> = {
    sh: { kind: 'run' },
    'sh refused': { kind: 'refused' },
    ts: { kind: 'run' },
    json: { kind: 'parse' },
    'json answer': { kind: 'answer' },
    'json reading': { kind: 'reading' },
    'yaml settings': { kind: 'settings' },
  }
  const use = uses[`${language} ${words}`.trim()]
  if (use) return use
  if (words !== '' || ['bash', 'shell', 'typescript', 'js', 'javascript'].includes(language))
    throw new Error(`${page}:${line}: '${language} ${words}' has no meaning here; see test/docs/snippets.ts`)
  return { kind: 'shown' }
}
