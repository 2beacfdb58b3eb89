import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { freePort, Platform, tempFolder } from '@ohmstead/testkit'
import { describe, expect, test } from 'vitest'

const main = resolve(import.meta.dirname, '../src/main.ts')

/** Runs the command to its end. */
async function ohmstead(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  let text = ''
  child.stdout.on('data', chunk => (text += chunk))
  child.stderr.on('data', chunk => (text += chunk))
  const [code] = await once(child, 'exit')
  return { code, text }
}

async function ports() {
  return { OHMSTEAD_HTTP_PORT: String(await freePort()), OHMSTEAD_MQTT_PORT: String(await freePort()) }
}

describe('a start that cannot be says why and leaves everything as it is', () => {
  test.each(['OHMSTEAD_HTTP_PORT', 'OHMSTEAD_MQTT_PORT'])('%s is taken', async name => {
    using folder = tempFolder()
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const { code, text } = await ohmstead(['serve'], {
      OHMSTEAD_DATA_DIR: folder.path,
      ...(await ports()),
      [name]: String(port),
    })
    taken.close()
    expect([code, text]).toEqual([1, expect.stringMatching(/the port is taken/)])
    expect(readdirSync(folder.path)).not.toContain('ohmstead.lock')
  })

  test('the data folder belongs to another process', async () => {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    const { code, text } = await ohmstead(['serve'], { OHMSTEAD_DATA_DIR: folder.path, ...(await ports()) })
    expect([code, text]).toEqual([1, expect.stringContaining(`held by process ${platform.pid}`)])
    await platform.api('GET', '/api/sites')
  })

  test('the data folder is of a newer version', async () => {
    using folder = tempFolder()
    writeFileSync(join(folder.path, 'format'), '99\n')
    const { code, text } = await ohmstead(['serve'], { OHMSTEAD_DATA_DIR: folder.path, ...(await ports()) })
    expect([code, text]).toEqual([1, expect.stringContaining('newer version')])
    expect(readdirSync(folder.path)).toEqual(['format'])
  })

  test('the data folder cannot be written', async () => {
    using folder = tempFolder()
    writeFileSync(join(folder.path, 'file'), '')
    const { code, text } = await ohmstead(['serve'], {
      OHMSTEAD_DATA_DIR: join(folder.path, 'file/data'),
      ...(await ports()),
    })
    expect([code, text]).toEqual([1, expect.stringContaining('OHMSTEAD_DATA_DIR')])
  })

  test('a setting is wrong', async () => {
    const { code, text } = await ohmstead(['serve', '--http-port', 'eighty'])
    expect([code, text]).toEqual([2, expect.stringMatching(/http\.port: .*--http-port/)])
  })
})

describe('the command', () => {
  test.each(['serve', 'demo', 'import', 'play', 'export', 'token', 'doctor'])(
    '%s explains itself',
    async name => {
      const { code, text } = await ohmstead([name, '--help'])
      expect([code, text]).toEqual([0, expect.stringMatching(new RegExp(`^Usage: ohmstead ${name}`))])
    },
  )

  test('without a word it lists them, with a wrong one too', async () => {
    expect((await ohmstead([])).code).toBe(2)
    const { code, text } = await ohmstead(['sevre'])
    expect([code, text]).toEqual([2, expect.stringMatching(/no command 'sevre'[\s\S]*serve/)])
  })

  test('says which version it is', async () => {
    expect(await ohmstead(['--version'])).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^\d+\.\d+\.\d+/),
    })
  })

  test.each(['serve', 'doctor'])('%s does not pass over a flag without its dashes', async name => {
    const { code, text } = await ohmstead([name, 'http-port=80'])
    expect([code, text]).toEqual([2, expect.stringMatching(/'http-port=80' is not expected/)])
  })

  test('a reader that has seen enough is no failure', async () => {
    const child = spawn('sh', ['-c', `"$0" "$1" doctor | true`, process.execPath, main])
    let complaint = ''
    child.stderr.on('data', chunk => (complaint += chunk))
    await once(child, 'close')
    expect(complaint).toBe('')
  })

  test('doctor finds a mistyped variable', async () => {
    using folder = tempFolder()
    const { code, text } = await ohmstead(['doctor'], {
      ...(await ports()),
      OHMSTEAD_DATA_DIR: folder.path,
      OHMSTEAD_HTPP_PORT: '80',
    })
    expect([code, text]).toEqual([
      1,
      expect.stringMatching(/OHMSTEAD_HTPP_PORT is no setting\n.*OHMSTEAD_HTTP_PORT/),
    ])
  })

  test('token works beside the running server, and what it made opens the API', async () => {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
    const env = { OHMSTEAD_DATA_DIR: folder.path }
    const made = await ohmstead(
      ['token', 'create', '--name', 'script', '--site', 'home', '--scopes', 'read'],
      env,
    )
    const [token] = made.text.split('\n')
    const ask = () =>
      fetch(`${platform.url}/api/sites/home/readings/latest`, {
        headers: { authorization: `Bearer ${token}` },
      })
    expect((await ask()).status).toBe(200)
    const listed = await ohmstead(['token', 'list'], env)
    const [id] = listed.text.split('\t')
    expect((await ohmstead(['token', 'revoke', id], env)).code).toBe(0)
    expect((await ohmstead(['token', 'list'], env)).text).not.toContain('script')
  })

  test('doctor finds a running server well', async () => {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    const { text } = await ohmstead(['doctor'], {
      OHMSTEAD_DATA_DIR: folder.path,
      OHMSTEAD_HTTP_PORT: String(platform.httpPort),
      OHMSTEAD_MQTT_PORT: String(platform.mqttPort),
    })
    expect(text).toMatch(/well\s+server: runs and is ready/)
    expect(text).toMatch(/well\s+data folder: .*in use by the server/)
    expect(text).toMatch(/well\s+registry: .*registry\.db' is up to date/)
    expect(text).toMatch(/well\s+audit log: \d+ entries, none changed or missing/)
  })

  test('doctor finds what was changed in the audit log behind the platform’s back', async () => {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
    await platform.stop()
    {
      using registry = new DatabaseSync(join(folder.path, 'registry.db'))
      registry.exec(
        "drop trigger audit_no_update; update audit set who_id = 'x' where action = 'site.create'",
      )
    }
    const { code, text } = await ohmstead(['doctor'], { OHMSTEAD_DATA_DIR: folder.path, ...(await ports()) })
    expect([code, text]).toEqual([
      1,
      expect.stringMatching(/FAULT\s+audit log: broken at entry \d+: the entry was edited/),
    ])
  })
})

test('the first start without an account prints a link that works once', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path, {
    OHMSTEAD_ADMIN_EMAIL: '',
    OHMSTEAD_ADMIN_PASSWORD: '',
  })
  const [, token] = /\/setup\?token=(\S+)/.exec(platform.output) ?? []
  expect(token).toBeTruthy()
  const setUp = () =>
    fetch(`${platform.url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: platform.url },
      body: JSON.stringify({
        token,
        email: 'me@example.org',
        name: 'Me',
        password: 'a passphrase of my own',
      }),
    })
  expect((await setUp()).ok).toBe(true)
  expect((await setUp()).ok).toBe(false)
})

test('SIGTERM ends it within seconds with code 0, and the next start finds everything', async () => {
  using folder = tempFolder()
  mkdirSync(folder.path, { recursive: true })
  await using platform = await Platform.start(folder.path)
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
  const reading = {
    site: 'home',
    device: 'plug',
    measurement: 'electricalMeter',
    time: 1_767_225_600_000,
    fields: { power: 1 },
  }
  await platform.api('POST', '/api/readings', reading)
  expect(await platform.stop()).toBe(0)
  await platform.restart()
  const { series } = await platform.api<{ series: { values: number[] }[] }>(
    'GET',
    '/api/sites/home/readings/latest',
  )
  expect(series.map(({ values }) => values)).toEqual([[1]])
})

test('a stopped `npm start` takes its platform with it', async () => {
  using folder = tempFolder()
  // npm runs scripts in a shell and passes signals to that shell alone.
  const shell = spawn('sh', ['-c', '"$0" "$1" serve; true', process.execPath, main], {
    env: {
      ...process.env,
      npm_lifecycle_event: 'start',
      OHMSTEAD_DATA_DIR: folder.path,
      ...(await ports()),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let log = ''
  for await (const chunk of shell.stdout) {
    log += chunk
    if (log.includes('"msg":"ready"')) shell.kill('SIGTERM')
  }
  expect(log).toContain('"msg":"stopping"')
  expect(readdirSync(folder.path)).not.toContain('ohmstead.lock')
})
