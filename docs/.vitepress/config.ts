import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vitepress'

const docs = resolve(import.meta.dirname, '..')

/** The first heading of a page is its name everywhere. */
function page(link: string, text?: string): { text: string; link: string } {
  const file = resolve(docs, `.${link.endsWith('/') ? `${link}index` : link}.md`)
  return {
    text: text ?? /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.replaceAll('`', '') ?? link,
    link,
  }
}

/** All pages of a folder by name, its index left out. */
function pagesIn(folder: string) {
  const files = globSync(`${folder}/*.md`, { cwd: docs }).map(file =>
    file.replaceAll('\\', '/').replace(/\.md$/, ''),
  )
  return files
    .filter(file => !file.endsWith('/index'))
    .sort()
    .map(file => page(`/${file}`))
}

const start = [
  '/start/',
  '/start/mqtt',
  '/start/http',
  '/start/line-protocol',
  '/start/powiot',
  '/start/demo',
]
const guides = [
  '/guide/resident',
  '/guide/facility-manager',
  '/guide/researcher',
  '/guide/integrator',
  '/guide/administrator',
  '/guide/import',
]
const concepts = [
  '/concepts/readings',
  '/concepts/ledger',
  '/concepts/quality',
  '/concepts/rules',
  '/concepts/corrections',
  '/concepts/meters',
  '/concepts/calendar',
  '/concepts/identity',
  '/concepts/streams',
]
const operations = [
  '/operations/files',
  '/operations/backup',
  '/operations/upgrade',
  '/operations/service',
  '/operations/proxy',
  '/operations/health',
  '/operations/sizing',
]
const reference = [
  '/reference/topics',
  '/reference/configuration',
  '/reference/command',
  '/reference/measurements',
  '/reference/units',
  '/reference/rights',
  '/reference/errors',
  '/reference/metrics',
]

const items = (links: readonly string[]) => links.map(link => page(link))

export default defineConfig({
  title: 'Ohmstead',
  description: 'Monitors and controls energy devices across homes, offices and campuses',
  cleanUrls: true,
  srcExclude: ['pictures/**'],
  // Its compiler is older than the target that the workspace's own is told.
  vite: { esbuild: { tsconfigRaw: { compilerOptions: {} } } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start/' },
      { text: 'Concepts', link: '/concepts/readings' },
      { text: 'Operations', link: '/operations/files' },
      { text: 'Reference', link: '/reference/rest/' },
    ],
    sidebar: [
      { text: 'Start', items: [page('/', 'What it is'), ...items(start)] },
      { text: 'Guides', items: items(guides) },
      { text: 'Concepts', items: items(concepts) },
      { text: 'Operations', items: items(operations) },
      {
        text: 'Reference',
        items: [
          { ...page('/reference/rest/'), collapsed: true, items: pagesIn('reference/rest') },
          ...items(reference),
        ],
      },
      { text: 'Contributing', items: [page('/contributing/'), page('/benchmarks')] },
      { text: 'Decisions', collapsed: true, items: [page('/adr/', 'All decisions'), ...pagesIn('adr')] },
    ],
  },
})
