import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
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

export default defineConfig({
  plugins: [react(), namesItsFiles()],
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
