import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const site = mkdtempSync(join(tmpdir(), 'ohmstead-site-'))
const pages = new Map<string, string>()

beforeAll(async () => {
  const bin = resolve('node_modules/vitepress/bin/vitepress.js')
  // Links to pages that are not there fail the build.
  await run(process.execPath, [bin, 'build', 'docs', '--outDir', site], {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  for (const file of globSync('**/*.html', { cwd: site }))
    pages.set(`/${file.replaceAll('\\', '/')}`, readFileSync(join(site, file), 'utf8'))
}, 120_000)
afterAll(() => rmSync(site, { recursive: true, force: true }))

test('the site has a page for everything, and each can be found from the others', () => {
  const linked = new Set(
    [...pages].flatMap(([from, html]) => linksOf(html).map(href => fileOf(from, href).file)),
  )
  const unlinked = [...pages.keys()].filter(path => path !== '/404.html' && !linked.has(path))
  expect(unlinked).toEqual([])
  expect(pages.size).toBeGreaterThan(50)
})

test('every link inside the site leads to a page, a file or a heading that is there', () => {
  const dead = [...pages].flatMap(([from, html]) =>
    linksOf(html)
      .filter(href => !leads(fileOf(from, href)))
      .map(href => `${from} → ${href}`),
  )
  expect([...new Set(dead)]).toEqual([])
})

test('every picture is on a page', () => {
  const drawn = [...pages.values()].flatMap(html => html.match(/<svg class="picture"/g) ?? [])
  expect(drawn).toHaveLength(globSync('docs/pictures/*.svg').length)
})

test('nothing is loaded from another host', () => {
  for (const [path, html] of pages) {
    const loaded = html.match(/<(?:script|link|img|iframe)[^>]+(?:src|href)="https?:[^"]*"/g) ?? []
    expect(loaded, path).toEqual([])
  }
})

interface Target {
  readonly file: string
  readonly heading: string
}

function linksOf(html: string): string[] {
  const all = [...html.matchAll(/<a[^>]+href="([^"]*)"/g)].map(([, href]) => href!.replaceAll('&amp;', '&'))
  return all.filter(href => !/^[a-z]+:/.test(href))
}

function fileOf(from: string, href: string): Target {
  const [path = '', heading = ''] = href.split('#')
  const at = path === '' ? from : path.startsWith('/') ? path : join(dirname(from), path)
  const file = at.endsWith('/') ? `${at}index.html` : /\.\w+$/.test(at) ? at : `${at}.html`
  return { file, heading: decodeURIComponent(heading) }
}

function leads({ file, heading }: Target): boolean {
  const page = pages.get(file)
  if (page === undefined) return existsSync(join(site, file))
  return heading === '' || page.includes(`id="${heading}"`)
}
