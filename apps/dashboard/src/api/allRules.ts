import { body } from '@ohmstead/sdk'
import { ohmstead } from './ohmstead.ts'

export interface Call {
  readonly signal?: AbortSignal
}

/** A page of rules; `cursor` of the page before. */
function rulesPage(site: string, cursor: string | null, { signal }: Call) {
  const query = { limit: 200, ...(cursor !== null && { cursor }) }
  const params = { path: { site }, query }
  return body(ohmstead.rest.GET('/api/sites/{site}/rules', { params, ...(signal && { signal }) }))
}

/** The rules of a site, however many. */
export async function allRules(site: string, call: Call) {
  const rules = []
  for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
    const page: Awaited<ReturnType<typeof rulesPage>> = await rulesPage(site, cursor, call)
    rules.push(...page.items)
    cursor = page.next
  }
  return rules
}
