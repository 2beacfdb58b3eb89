import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Where `npm run dev` finds a running server; the page itself only knows its own origin. */
const server = process.env.OHMSTEAD_DEV_SERVER ?? 'http://127.0.0.1:8080'
const worker = 'sw.js'

/** Tells the service worker which files make up this build. */
function namesItsFiles(): Plugin {
  return {
    name: 'ohmstead-service-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunk = bundle[worker]
      if (chunk?.type !== 'chunk') throw new Error(`${worker} is not among the files of the build`)
      const built = Object.keys(bundle).filter(name => name.startsWith('assets/'))
      const files = [...built, ...readdirSync(join(import.meta.dirname, 'public'))]
        .sort()
        .map(name => `/${name}`)
      const name = createHash('sha256').update(files.join()).digest('hex').slice(0, 12)
      chunk.code = `const ohmsteadBuild = ${JSON.stringify({ name, files })};\n${chunk.code}`
    },
  }
}

/** Lays a packed copy beside what is worth packing, for the server to send as it is. */
function packsItsFiles(): Plugin {
  const pack = promisify(gzip)
  return {
    name: 'ohmstead-packed',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).filter(name => /\.(js|css)$/.test(name))
      await Promise.all(
        names.map(async name => {
          const path = join(dir!, name)
          const content = await readFile(path)
          if (content.length > 1024) await writeFile(`${path}.gz`, await pack(content))
        }),
      )
    },
  }
}

export default defineConfig({
  plugins: [react(), namesItsFiles(), packsItsFiles()],
  // Scripts only from files: a data: or inline script would break the content security policy.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        serviceWorker: join(import.meta.dirname, 'src/offline/serviceWorker.ts'),
      },
      output: {
        // The worker answers for all addresses below its own, and is found under the same name in every build.
        entryFileNames: ({ name }) => (name === 'serviceWorker' ? worker : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': server, '/healthz': server, '/readyz': server } },
})
