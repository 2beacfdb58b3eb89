import { existsSync } from 'node:fs'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ohmstead</title>
<h1>Ohmstead is running</h1>
<p>The dashboard is not built. Run <code>npm run build</code>, start the server again and load this page.</p>
<p>The API is described at <a href="/api/docs/">/api/docs</a>.</p></html>`

/**
 * The dashboard's files. Names that hold a hash of their content never change; the page itself is asked for anew every
 * time.
 */
export async function dashboard(app: FastifyInstance, { folder }: { folder: string }): Promise<void> {
  app.addHook('onRoute', route => {
    route.config = { ...route.config, action: 'public' }
    route.schema = { ...route.schema, hide: true }
  })
  if (!existsSync(folder)) {
    app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(notBuilt))
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    dotfiles: 'ignore',
    // The build lays packed files beside the others.
    preCompressed: true,
    setHeaders(reply, path) {
      reply.header(
        'cache-control',
        /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
}

/** Whether this is somebody's browser at an address inside the dashboard, which the page itself makes sense of. */
export function wantsPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0]!
  if (request.method !== 'GET' || path.startsWith('/api/') || path.includes('.')) return false
  return request.headers.accept?.includes('text/html') ?? false
}

export function sendPage(reply: FastifyReply): FastifyReply {
  return typeof reply.sendFile === 'function'
    ? reply.code(200).sendFile('index.html')
    : reply.code(200).type('text/html; charset=utf-8').send(notBuilt)
}
