import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'

/** Decisions in the order they were taken; their titles are in the files. */
const decisions = globSync('adr/*.md', { cwd: import.meta.dirname.replace(/\.vitepress$/, '') })
  .sort()
  .map(file => ({
    text: /^# (.+)$/m.exec(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))?.[1] ?? file,
    link: `/${file.replace(/\.md$/, '')}`,
  }))

export default defineConfig({
  title: 'Ohmstead',
  description: 'Monitors and controls energy devices across homes, offices and campuses',
  cleanUrls: true,
  themeConfig: {
    search: { provider: 'local' },
    sidebar: [
      {
        text: 'Start',
        items: [
          { text: 'What it is', link: '/' },
          { text: 'First reading', link: '/guide/first-reading' },
        ],
      },
      {
        text: 'Guides',
        items: [
          { text: 'Demo', link: '/guide/demo' },
          { text: 'Import and play', link: '/guide/import' },
          { text: 'Operations', link: '/guide/operations' },
        ],
      },
      {
        text: 'Concepts',
        items: [
          { text: 'Readings', link: '/concepts/readings' },
          { text: 'Ledger', link: '/concepts/ledger' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Topics', link: '/reference/topics' },
          { text: 'Configuration', link: '/reference/configuration' },
          { text: 'Measurements', link: '/reference/measurements' },
        ],
      },
      { text: 'Benchmarks', link: '/benchmarks' },
      { text: 'Decisions', items: decisions },
    ],
  },
})
