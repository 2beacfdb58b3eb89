import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Pressed more often than any page has stops: whoever comes no further is in a trap. */
const most = 120

/**
 * Presses Tab until `wanted` has the focus.
 * @throws where it is never reached, or where a stop on the way cannot be seen
 */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.first().waitFor({ state: 'attached' })
  for (let presses = 0; presses < most; presses++) {
    if (await wanted.first().evaluate(element => element === document.activeElement)) return
    await page.keyboard.press('Tab')
    const { name, seen } = await page.evaluate(focusOnPage)
    expect(seen, `the focus can be seen on ${name}`).toBe(true)
  }
  throw new Error(`no way by Tab to ${wanted}`)
}

/** What has the focus, and whether it looks different for it. The page itself, between its end and its beginning, need not. */
function focusOnPage(): { name: string; seen: boolean } {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return { name: 'the page', seen: true }
  const still = document.createElement('style')
  still.textContent = '* { transition: none !important }'
  document.head.append(still)
  // Boxes and switches are drawn beside the input that has the focus.
  const around = [
    element,
    element.parentElement,
    element.nextElementSibling,
    element.parentElement?.parentElement,
  ]
  const look = () =>
    around
      .filter(each => each instanceof HTMLElement)
      .map(each => getComputedStyle(each))
      .map(style =>
        [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.clipPath].join(' '),
      )
      .join()
  const focused = look()
  element.blur()
  const plain = look()
  element.focus({ preventScroll: true })
  still.remove()
  return {
    name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`.slice(0, 80),
    seen: focused !== plain,
  }
}
