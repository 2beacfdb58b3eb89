import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, ElementContext } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Faults of accessibility that axe finds on the page as it is now, WCAG 2.2 A and AA, each as a line. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // The debugger may run what the page's own policy rightly forbids.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  // A colour on its way to another is neither; what moves for ever is not waited for.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished),
    ).then(() => {}),
  )
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(context: ElementContext, options: object): Promise<AxeResults> }
    }
    const found = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      // What is right is not described: there is much of it.
      resultTypes: ['violations'],
      // Fetching style sheets again is for rules that are not run, and for sound and film, which no page has.
      preload: false,
    })
    return found.violations
  })
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(
      ({ target, failureSummary, any }) =>
        `${impact} ${id} ${target.join(' ')}: ${failureSummary} ${any.map(({ data }) => JSON.stringify(data)).join(' ')}`,
    ),
  )
}
