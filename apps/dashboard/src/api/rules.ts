import { body } from '@ohmstead/sdk'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { allRules, type Call } from './allRules.ts'
import { ohmstead } from './ohmstead.ts'
import { siteKey } from './queries.ts'
import { openAlertsQuery, speakersQuery } from './said.ts'

const { rest } = ohmstead
const at = (site: string) => ({ path: { site } })

// ── what is there ──────────────────────────────────────────────────────────────────────────────

/** A rule with its sentence, its EPL and how it is doing. */
export type RuleOut = Awaited<ReturnType<typeof allRules>>[number]
export type RuleState = RuleOut['status']['state']
export type Definition = RuleOut['definition']
export type Action = RuleOut['actions'][number]
/** What a rule says and does, without its name. */
export interface Saying {
  readonly definition: Definition
  readonly actions: readonly Action[]
}

/** Below this lies everything that changes when a rule does. */
const rulesKey = (site: string) => [...siteKey(site), 'rules'] as const
const everyMs = 5000

export const rulesQuery = (site: string) =>
  queryOptions({
    queryKey: [...rulesKey(site), 'list'],
    queryFn: ({ signal }) => allRules(site, { signal }),
    staleTime: everyMs,
    // While one starts, its end of starting is what is waited for.
    refetchInterval: ({ state: { data } }) => (data?.some(isOnItsWay) ? 700 : everyMs),
  })

const isOnItsWay = ({ status }: RuleOut) => status.state === 'starting'

export const ruleQuery = (site: string, rule: string) =>
  queryOptions({
    queryKey: [...rulesKey(site), 'one', rule],
    queryFn: ({ signal }) =>
      body(rest.GET('/api/sites/{site}/rules/{rule}', { params: { path: { site, rule } }, signal })),
    staleTime: everyMs,
    refetchInterval: ({ state: { data } }) => (data && isOnItsWay(data) ? 700 : everyMs),
  })

async function templates({ signal }: Call) {
  return (await body(rest.GET('/api/rule-templates', { ...(signal && { signal }) }))).items
}
export type RuleTemplate = Awaited<ReturnType<typeof templates>>[number]

export const ruleTemplatesQuery = queryOptions({
  queryKey: ['rule templates'],
  queryFn: templates,
  staleTime: Number.POSITIVE_INFINITY,
})

function vocabulary(site: string, { signal }: Call) {
  return body(rest.GET('/api/sites/{site}/rule-vocabulary', { params: at(site), ...(signal && { signal }) }))
}
/** The names that rules of a site can use, and the words of EPL. */
export type Vocabulary = Awaited<ReturnType<typeof vocabulary>>

export const ruleVocabularyQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'rule vocabulary'],
    queryFn: ({ signal }) => vocabulary(site, { signal }),
    staleTime: 300_000,
  })

async function versions(site: string, rule: string, { signal }: Call) {
  const params = { path: { site, rule } }
  const path = '/api/sites/{site}/rules/{rule}/versions'
  return (await body(rest.GET(path, { params, ...(signal && { signal }) }))).items
}
/** What a rule was at one time. */
export type RuleVersionOut = Awaited<ReturnType<typeof versions>>[number]

/** Newest first. */
export const ruleVersionsQuery = (site: string, rule: string) =>
  queryOptions({
    queryKey: [...rulesKey(site), 'versions', rule],
    queryFn: ({ signal }) => versions(site, rule, { signal }),
    staleTime: everyMs,
  })

export const ruleAlertsQuery = (site: string, rule: string) =>
  queryOptions({
    queryKey: [...rulesKey(site), 'alerts', rule],
    queryFn: ({ signal }) => ohmstead.alerts(site, { rule, limit: 50 }, { signal }),
    staleTime: everyMs,
  })

export const ruleEventsQuery = (site: string, rule: string) =>
  queryOptions({
    queryKey: [...rulesKey(site), 'events', rule],
    queryFn: ({ signal }) => ohmstead.ruleEvents(site, { rule, limit: 50, order: 'time' }, { signal }),
    staleTime: everyMs,
  })

export const webhookKeyQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'webhook key'],
    queryFn: async ({ signal }) =>
      (await body(rest.GET('/api/sites/{site}/webhook-key', { params: at(site), signal }))).key,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })

/** The definition comes back with its defaults filled in. */
async function compiled(site: string, checked: Checked, { signal }: Call) {
  const path = '/api/sites/{site}/rules/check'
  const answer = await body(
    rest.POST(path, { params: at(site), body: sentOf(checked), ...(signal && { signal }) }),
  )
  return { ...answer, actions: checked.actions }
}
/** `id` of the rule that it is to be a version of: what is saved under it then counts as no other rule. */
export interface Checked extends Saying {
  readonly id?: string | undefined
}
/** As the server takes it. */
export const sentOf = ({ id, definition, actions }: Checked) => ({
  ...(id !== undefined && { id }),
  definition,
  actions: [...actions],
})

export type Compiled = Awaited<ReturnType<typeof compiled>>

/** What a rule would be. Fails with a field, or with line, column and what was expected there. */
export const ruleCheckQuery = (site: string, saying: Checked) =>
  queryOptions({
    queryKey: [...siteKey(site), 'rule check', saying.id, saying.definition, saying.actions],
    queryFn: ({ signal }) => compiled(site, saying, { signal }),
    retry: false,
    staleTime: 60_000,
    gcTime: 60_000,
  })

// ── what is done ───────────────────────────────────────────────────────────────────────────────

export function createRule(
  site: string,
  { actions, ...rule }: Saying & { id: string; name: string; enabled: boolean },
): Promise<RuleOut> {
  const sent = { ...rule, actions: [...actions] }
  return body(rest.POST('/api/sites/{site}/rules', { params: at(site), body: sent }))
}

export type RuleChange = Partial<Saying> & { readonly name?: string; readonly enabled?: boolean }

export function updateRule(site: string, rule: string, { actions, ...change }: RuleChange): Promise<RuleOut> {
  return body(
    rest.PATCH('/api/sites/{site}/rules/{rule}', {
      params: { path: { site, rule } },
      body: { ...change, ...(actions && { actions: [...actions] }) },
    }),
  )
}

export async function removeRule(site: string, rule: string): Promise<void> {
  await rest.DELETE('/api/sites/{site}/rules/{rule}', { params: { path: { site, rule } } })
}

/** Asks again for all that a change of a rule may have changed, in the list of what rules said too. */
export async function refreshRules(client: QueryClient, site: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: rulesKey(site) }),
    client.invalidateQueries({ queryKey: speakersQuery(site).queryKey }),
    client.invalidateQueries({ queryKey: openAlertsQuery(site).queryKey }),
  ])
}

// ── regression tests ───────────────────────────────────────────────────────────────────────────

async function cases(site: string, rule: string, { signal }: Call) {
  const params = { path: { site, rule } }
  const path = '/api/sites/{site}/rules/{rule}/cases'
  return (await body(rest.GET(path, { params, ...(signal && { signal }) }))).items
}
/** What a rule said in a period, to be said again. Times are epoch ms. */
export type RuleCaseOut = Awaited<ReturnType<typeof cases>>[number]

export const ruleCasesQuery = (site: string, rule: string) =>
  queryOptions({
    queryKey: [...rulesKey(site), 'cases', rule],
    queryFn: ({ signal }) => cases(site, rule, { signal }),
    staleTime: 60_000,
  })

/** Keeps what the saved rule says in a period. */
export function keepCase(
  site: string,
  rule: string,
  { name, from, to }: { name: string; from: number; to: number },
): Promise<RuleCaseOut> {
  const params = { path: { site, rule } }
  return body(rest.POST('/api/sites/{site}/rules/{rule}/cases', { params, body: { name, from, to } }))
}

export async function removeCase(site: string, rule: string, id: string): Promise<void> {
  const params = { path: { site, rule, case: id } }
  await rest.DELETE('/api/sites/{site}/rules/{rule}/cases/{case}', { params })
}

/** Whether the rule as it is saved, or a draft of it, still says what was kept. */
export async function runCases(site: string, rule: string, draft: Saying | null) {
  const params = { path: { site, rule } }
  const sent = draft && { definition: draft.definition, actions: [...draft.actions] }
  const path = '/api/sites/{site}/rules/{rule}/cases/run'
  return (await body(rest.POST(path, { params, body: sent }))).items
}
export type CaseResult = Awaited<ReturnType<typeof runCases>>[number]

// ── trials ─────────────────────────────────────────────────────────────────────────────────────

/** What a trial tells, a line of its answer each; `rule` counts from 0 among those that are tried. Times are epoch ms. */
export type Told =
  | {
      readonly type: 'said'
      readonly rule: number
      readonly kind: 'raised' | 'cleared' | 'event'
      readonly key: string
      readonly device: string | null
      readonly time: number
      readonly row: Readonly<Record<string, unknown>>
    }
  | { readonly type: 'progress'; readonly rule: number; readonly through: number }
  | {
      readonly type: 'done'
      readonly rule: number
      readonly sentence: string
      readonly readings: number
      readonly raised: number
      readonly cleared: number
      readonly events: number
      readonly open: readonly string[]
      readonly stopped: string | null
      readonly tookMs: number
    }

/** Runs one rule, or two side by side, over stored readings; yields what each piece of the answer tells. Nothing is stored. */
export async function* tryRules(
  site: string,
  { from, to, rules }: { from: number; to: number; rules: readonly Checked[] },
  signal: AbortSignal,
): AsyncGenerator<readonly Told[]> {
  const { response } = await rest.POST('/api/sites/{site}/rules/try', {
    params: at(site),
    body: {
      from,
      to,
      rules: rules.map(sentOf),
    },
    parseAs: 'stream',
    signal,
  })
  yield* lines(response.body!)
}

/** The lines of each piece of a stream of JSON lines. Whoever stops listening ends it. */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<readonly Told[]> {
  // Not every browser can walk over a stream by itself.
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const parts = (rest + decoder.decode(piece.value, { stream: true })).split('\n')
      rest = parts.pop()!
      const told = parts.filter(line => line !== '').map(line => JSON.parse(line) as Told)
      if (told.length > 0) yield told
    }
  } finally {
    await reader.cancel()
  }
}
