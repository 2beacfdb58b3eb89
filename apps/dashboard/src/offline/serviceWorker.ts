import { strategyFor } from './strategy.ts'

/** What of the worker's own world is used here; the page's types do not hold it. */
interface Worker {
  readonly location: Location
  readonly clients: { claim(): Promise<void> }
  addEventListener(type: 'install' | 'activate', run: (event: Lasting) => void): void
  addEventListener(type: 'fetch', run: (event: Fetching) => void): void
}
interface Lasting {
  waitUntil(work: Promise<unknown>): void
}
interface Fetching extends Lasting {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

/** Filled in by the build: the name of this build, and its files. */
declare const ohmsteadBuild: { readonly name: string; readonly files: readonly string[] }

const worker = self as unknown as Worker
const prefix = 'ohmstead-page-'
const kept = `${prefix}${ohmsteadBuild.name}`
/** How long the page waits for a server before it shows what it has, ms. */
const patienceMs = 4000

worker.addEventListener('install', event => {
  // A new build waits until the pages of the old one are closed: those still ask for the old build's files.
  event.waitUntil(caches.open(kept).then(cache => cache.addAll(['/', ...ohmsteadBuild.files])))
})

worker.addEventListener('activate', event => {
  event.waitUntil(removeOthers().then(() => worker.clients.claim()))
})

worker.addEventListener('fetch', event => {
  const { request } = event
  switch (strategyFor(request, worker.location.origin)) {
    case 'page':
      return event.respondWith(fresh('/', fetch(request, { signal: AbortSignal.timeout(patienceMs) })))
    case 'kept':
      return event.respondWith(keptFirst(request))
    case 'file':
      return event.respondWith(fresh(request, fetch(request)))
  }
})

async function removeOthers(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(prefix) && name !== kept) await caches.delete(name)
}

/** The server's answer, unless it is away or unwell. */
async function fresh(as: RequestInfo, asking: Promise<Response>): Promise<Response> {
  const answer = await asking.catch(() => undefined)
  if (answer !== undefined && answer.status < 500) return answer
  return (await (await caches.open(kept)).match(as)) ?? answer ?? Response.error()
}

async function keptFirst(request: Request): Promise<Response> {
  return (await (await caches.open(kept)).match(request)) ?? fetch(request)
}
