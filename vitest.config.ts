import { defineConfig } from 'vitest/config'

const unit = ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'scripts/**/*.test.ts']
const servers = ['packages/**/*.servers.test.ts', 'apps/**/*.servers.test.ts', 'test/**/*.servers.test.ts']
const pages = ['apps/**/*.pages.test.ts', 'test/**/*.pages.test.ts']

/**
 * Three projects: `unit` needs no server, `servers` talks to real ones, `pages` drives real Chromium. Together they run one
 * after another. Unit tests keep every core busy and share their modules: a file must leave nothing behind. The others wait
 * more than they work, so two files at a time run even where there is one core.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: unit,
          exclude: [...servers, ...pages, '**/node_modules/**'],
          isolate: false,
          // On a busy machine the longest take seconds.
          testTimeout: 20_000,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'servers',
          include: servers,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'pages',
          include: pages,
          globalSetup: ['apps/dashboard/test/built.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
