import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { dashboardFolder } from './browser.ts'

/** What the page asks for before it can show anything. */
function initial(ending: string): string[] {
  const page = readFileSync(join(dashboardFolder, 'index.html'), 'utf8')
  return [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)]
    .map(([, path]) => path!)
    .filter(path => path.endsWith(ending))
}

const gzipped = (path: string) => gzipSync(readFileSync(join(dashboardFolder, path))).length

test('the scripts of the first page are at most 300 kB, gzipped', () => {
  const scripts = initial('.js')
  expect(scripts.length).toBeGreaterThan(0)
  const bytes = scripts.reduce((sum, path) => sum + gzipped(path), 0)
  const styles = initial('.css').reduce((sum, path) => sum + gzipped(path), 0)
  console.log(
    `initial scripts ${(bytes / 1000).toFixed(0)} kB, styles ${(styles / 1000).toFixed(0)} kB, gzipped`,
  )
  expect(bytes).toBeLessThan(300_000)
})

test('nothing of the page comes from elsewhere, and no script stands in it', () => {
  const page = readFileSync(join(dashboardFolder, 'index.html'), 'utf8')
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/)
  expect(page).not.toMatch(/\son\w+=/)
})
