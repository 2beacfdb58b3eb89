import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { fixture } from './fixture.ts'

const html = { accept: 'text/html,application/xhtml+xml' }

test('without a build, the page says what to run', async () => {
  await using the = await fixture()
  for (const url of ['/', '/sites/home/energy']) {
    const answer = await the.api.inject({ url, headers: html })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('npm run build')
  }
})

test('files are served, hashed ones for ever; addresses inside the dashboard get the page', async () => {
  using folder = tempFolder()
  mkdirSync(join(folder.path, 'assets'))
  writeFileSync(join(folder.path, 'index.html'), '<title>page</title>')
  writeFileSync(join(folder.path, 'assets/index-a1b2c3.js'), 'script')
  await using the = await fixture({ dashboard: folder.path })
  writeFileSync(join(folder.path, 'assets/index-a1b2c3.js.gz'), gzipSync('script'))
  const script = await the.api.inject('/assets/index-a1b2c3.js')
  expect(script.body).toBe('script')
  const packed = await the.api.inject({
    url: '/assets/index-a1b2c3.js',
    headers: { 'accept-encoding': 'gzip, deflate, br' },
  })
  expect(packed.headers['content-encoding']).toBe('gzip')
  expect(packed.headers['content-type']).toContain('javascript')
  expect(packed.headers.vary).toContain('accept-encoding')
  expect(packed.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(gunzipSync(packed.rawPayload).toString()).toBe('script')
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  for (const url of ['/', '/sites/home', '/setup?token=x']) {
    const page = await the.api.inject({ url, headers: html })
    expect(page.body, url).toBe('<title>page</title>')
    expect(page.headers['cache-control']).toBe('no-cache')
    expect(page.headers['content-security-policy']).toContain("script-src 'self';")
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(page.headers['x-content-type-options']).toBe('nosniff')
  }
})

test('what is not there is not the page', async () => {
  using folder = tempFolder()
  writeFileSync(join(folder.path, 'index.html'), '<title>page</title>')
  await using the = await fixture({ dashboard: folder.path })
  for (const [url, headers] of [
    ['/assets/gone.js', html],
    ['/api/gone', html],
    ['/gone', { accept: 'application/json' }],
  ] as const) {
    const answer = await the.api.inject({ url, headers })
    expect(answer.statusCode, url).toBe(404)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  }
})

test('no way leads out of the folder', async () => {
  using folder = tempFolder()
  writeFileSync(join(folder.path, 'index.html'), '<title>page</title>')
  writeFileSync(join(folder.path, '.env'), 'secret')
  await using the = await fixture({ dashboard: folder.path })
  for (const url of [
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%5c..%5cpackage.json',
    '//etc/passwd',
    '/.env',
    '/%00',
    '/%',
  ]) {
    const answer = await the.api.inject(url)
    expect([400, 403, 404], url).toContain(answer.statusCode)
    expect(answer.body, url).not.toMatch(/secret|root:|workspaces/)
  }
})
