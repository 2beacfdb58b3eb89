import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Platform } from '@ohmstead/testkit'
import type { Stage as Wanted } from './snippets.ts'

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Fails where a person would see an error. */
const preamble = `set -euo pipefail
curl() { command curl --silent --show-error --fail-with-body "$@"; }
set -a; . "$SNIPPET_ENV"; set +a
`

/** What a page wants on a running platform, and a shell whose variables go from block to block. */
export class PageStage implements AsyncDisposable {
  readonly #platform: Platform
  readonly #site: string
  readonly #folder: string
  readonly #work: string
  readonly #env: Record<string, string>
  #files = 0

  private constructor(platform: Platform, site: string, folder: string, env: Record<string, string>) {
    this.#platform = platform
    this.#site = site
    this.#folder = folder
    this.#work = join(folder, 'work')
    this.#env = env
  }

  static async open(platform: Platform, { site, zone, device }: Wanted): Promise<PageStage> {
    const folder = mkdtempSync(join(tmpdir(), 'ohmstead-snippets-'))
    await platform.api('POST', '/api/sites', { id: site, name: site, timezone: zone })
    await platform.api('POST', `/api/sites/${site}/devices`, { id: device, name: device })
    const { password } = await platform.api<{ password: string }>(
      'POST',
      `/api/sites/${site}/devices/${device}/credentials`,
    )
    const scopes = ['read', 'write']
    const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
      name: 'page',
      site,
      scopes,
    })
    const all = await platform.api<{ token: string }>('POST', '/api/tokens', { name: 'all', scopes })
    workFolder(folder)
    return new PageStage(platform, site, folder, {
      PATH: process.env.PATH ?? '',
      HOME: join(folder, 'work'),
      OHMSTEAD_DATA_DIR: platform.dataDir,
      OHMSTEAD_HTTP_PORT: String(platform.httpPort),
      OHMSTEAD_MQTT_PORT: String(platform.mqttPort),
      OHMSTEAD_MQTT_URL: `mqtt://127.0.0.1:${platform.mqttPort}`,
      SNIPPET_ENV: join(folder, 'env'),
      TOKEN: token,
      ADMIN_TOKEN: all.token,
      PASSWORD: password,
    })
  }

  sh(text: string): Promise<Outcome> {
    return this.#run('bash', ['-c', `${preamble}${this.#here(text)}\nexport -p > "$SNIPPET_ENV"\n`])
  }

  ts(text: string): Promise<Outcome> {
    const file = join(this.#work, `snippet-${++this.#files}.ts`)
    writeFileSync(file, this.#here(text))
    return this.#run('bash', ['-c', `${preamble}exec ${process.execPath} ${file}`])
  }

  /** Sends a reading as the page's device. */
  async reading(site: string, device: string, text: string): Promise<Outcome> {
    const answer = await fetch(`${this.#platform.url}/api/sites/${site}/devices/${device}/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#env.TOKEN}`, 'content-type': 'application/json' },
      body: text,
    })
    const out = await answer.text()
    return { code: answer.ok && out.endsWith('"rejected":[]}') ? 0 : 1, out, err: '' }
  }

  /** The page speaks of the usual ports. */
  #here(text: string): string {
    return text
      .replaceAll(/(127\.0\.0\.1|localhost):8080/g, `127.0.0.1:${this.#platform.httpPort}`)
      .replaceAll(/((?:127\.0\.0\.1|localhost):|-p )1883\b/g, `$1${this.#platform.mqttPort}`)
  }

  #run(program: string, args: string[]): Promise<Outcome> {
    return new Promise(settle => {
      execFile(program, args, { cwd: this.#work, env: this.#env, timeout: 90_000 }, (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
        settle({ code, out, err })
      })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#platform.api('DELETE', `/api/sites/${this.#site}`)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Packages and the pinned runtime are found from there as from a clone. */
function workFolder(folder: string): void {
  const work = join(folder, 'work')
  mkdirSync(work)
  symlinkSync(resolve('node_modules'), join(work, 'node_modules'))
  writeFileSync(
    join(work, 'package.json'),
    readFileSync('packages/sdk/package.json', 'utf8').replace('@ohmstead/sdk', 'snippets'),
  )
  writeFileSync(join(folder, 'env'), '')
}
