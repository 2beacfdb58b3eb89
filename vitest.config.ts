import { defineConfig } from 'vitest/config'

const unit = ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'scripts/**/*.test.ts']
const servers = ['packages/**/*.servers.test.ts', 'apps/**/*.servers.test.ts', 'test/**/*.servers.test.ts']
const pages = ['apps/**/*.pages.test.ts', 'test/**/*.pages.test.ts']

/** Three projects: `unit` needs no server, `servers` talks to real ones, `pages` drives real Chromium. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: unit, exclude: [...servers, ...pages, '**/node_modules/**'] } },
      { test: { name: 'servers', include: servers, testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'pages',
          include: pages,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
