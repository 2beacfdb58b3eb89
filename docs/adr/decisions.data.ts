import { createContentLoader } from 'vitepress'

export interface Decision {
  readonly url: string
  readonly title: string
  /** Its date and status, as its second line says. */
  readonly standing: string
}

declare const data: Decision[]

export { data }

export default createContentLoader('adr/[0-9]*.md', {
  includeSrc: true,
  transform: pages =>
    pages
      .map(({ url, src = '' }) => {
        const [heading = '', standing = ''] = src.split('\n').filter(line => line.trim() !== '')
        return { url, title: heading.replace(/^# /, ''), standing }
      })
      .sort((one, other) => (one.url < other.url ? -1 : 1)),
})
