import type { Action } from '@ohmstead/registry'
import { fixture } from '../../apps/server/src/http/fixture.ts'
import { code, fence, generated, plain, table } from './markdown.ts'
import { needs } from './rights.ts'
import { type Schema, typeText } from './schema.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>
interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Route extends Operation {
  readonly method: string
  readonly path: string
  /** An action of the policy, `signed-in` or `public`. */
  readonly action: string
}

/** What each group of routes is about, in the order in which the pages are listed. */
const groups: Readonly<Record<string, string>> = {
  readings: 'Readings in and out, the newest values, and what was refused.',
  'line protocol': 'InfluxDB’s line protocol, for programs that speak it already.',
  energy: 'Energy by the calendar of the site, and the 15-minute slots behind it.',
  corrections: 'What people correct, what that would change, and what changed.',
  'virtual meters': 'Meters that are computed from others.',
  live: 'What happens now: events as they come, and who was heard when.',
  sites: 'Homes, offices and campuses.',
  places: 'The tree of buildings, floors and rooms of a site.',
  devices: 'Devices, and the passwords that they sign in with.',
  members: 'Who may do what on a site.',
  tokens: 'Keys for programs.',
  accounts: 'Signing in, passwords, second factors, invitations, and the people of the platform.',
  audit: 'The record of every change.',
  operation: 'What monitors ask, and the demo.',
  rules: 'Continuous queries, what they said, trials over the past, and replays.',
}

/** File name → page: an overview, and a page for each group of the API's description. */
export async function restPages(): Promise<Record<string, string>> {
  const { document, routes } = await description()
  const tags = [...new Set([...Object.keys(groups), ...routes.map(route => route.tags[0]!)])]
  const pages: Record<string, string> = { 'rest/index': overview(routes, tags, document.components.schemas) }
  for (const tag of tags) {
    const own = routes.filter(route => route.tags[0] === tag)
    if (own.length > 0) pages[`rest/${fileOf(tag)}`] = groupPage(tag, own)
  }
  return pages
}

const fileOf = (tag: string) => tag.replaceAll(' ', '-')
const titleOf = (tag: string) => `${tag[0]!.toUpperCase()}${tag.slice(1)}`

async function description(): Promise<{ document: Document; routes: Route[] }> {
  await using api = await fixture()
  const document = (await api.api.inject('/api/openapi.json')).json() as Document
  const actions = new Map<string, string>()
  for (const { method, url, config } of api.routes)
    for (const one of [method].flat())
      actions.set(`${one.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`, String(config?.action))
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const action = actions.get(`${method} ${path}`) ?? 'public'
      return { ...operation, method: method.toUpperCase(), path, action }
    }),
  )
  return { document, routes }
}

function overview(
  routes: readonly Route[],
  tags: readonly string[],
  schemas: Document['components']['schemas'],
): string {
  const rows = tags
    .filter(tag => routes.some(route => route.tags[0] === tag))
    .map(tag => {
      const count = routes.filter(route => route.tags[0] === tag).length
      return [`[${titleOf(tag)}](./${fileOf(tag)})`, String(count), groups[tag] ?? '']
    })
  const shared = Object.entries(schemas)
    .filter(([name]) => !name.endsWith('Input'))
    .map(([name, schema]) => `### ${name}\n\n${fence('ts', typeText(schema))}`)
  return `# REST

${generated} Every running platform has the same to browse and try at \`/api/docs\`, and as OpenAPI 3.1 at \`/api/openapi.json\`.

- **Who asks**: \`Authorization: Bearer <token>\`; or the session cookie of \`POST /api/auth/login\`; devices send HTTP Basic on the route of their own readings.
- **Times** come as ISO 8601 with an offset, without one in the site’s local time, or epoch milliseconds; \`from\` and \`to\` also take \`now\` and \`-24h\`.
  They leave as epoch milliseconds in readings and as ISO 8601 with the site’s offset in energy.
- **Lists** come in pages: \`limit\` (100 when absent, 500 at most) and \`cursor\`, which is \`next\` of the page before.
- **Errors** are [problems](../errors). What the caller may not see answers 404, as what is not there does.
- **Bodies** may be packed: \`Content-Encoding: gzip\` on the routes that take readings.

${table(['group', 'routes', ''], rows)}

## Shared shapes

${shared.join('\n\n')}
`
}

function groupPage(tag: string, routes: readonly Route[]): string {
  return `# ${titleOf(tag)}

${generated} ${groups[tag] ?? ''}

${routes.map(section).join('\n\n')}
`
}

function section(route: Route): string {
  const { method, path, summary, description, parameters = [], requestBody } = route
  const asked = parameters.filter(parameter => parameter.in !== 'path')
  return [
    `## ${wordsOf(route.operationId)}`,
    summary === undefined ? '' : `${plain(summary)}.`,
    fence('http', `${method} ${path}`),
    needsText(route.action),
    description === undefined ? '' : plain(description),
    asked.length === 0 ? '' : table(['parameter', 'type', ''], asked.map(rowOf)),
    requestBody === undefined ? '' : `Body:\n\n${bodyText(requestBody.content)}`,
    answers(route),
  ]
    .filter(part => part !== '')
    .join('\n\n')
}

/** `createDevice` → `Create device` */
function wordsOf(operationId: string): string {
  const words = operationId.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
  return `${words[0]!.toUpperCase()}${words.slice(1)}`
}

function needsText(action: string): string {
  if (action === 'public') return 'Open to everybody.'
  if (action === 'signed-in') return 'Needs a session or a token; answers what the caller may see.'
  const { role, scope } = needs(action as Action)
  const who = role === 'administrator' ? 'an administrator' : `the role ${role} or more`
  const how = scope === 'none' ? 'a session; tokens may not' : `a session, or a token with scope \`${scope}\``
  return `Needs ${who}, by ${how} (\`${action}\`).`
}

function rowOf({ name, required, schema, description = '' }: Parameter): string[] {
  return [`${code(name)}${required ? ', required' : ''}`, code(typeText(schema)), plain(description)]
}

function bodyText(content: Content): string {
  const [json] = Object.values(content)
  const others = Object.keys(content).slice(1)
  const also = others.length === 0 ? '' : `\n\nAlso as ${others.map(code).join(', ')}.`
  return json === undefined ? '' : `${fence('ts', typeText(json.schema))}${also}`
}

function answers({ responses }: Route): string {
  return Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { content, description }]) => {
      const [first] = Object.entries(content ?? {})
      const said =
        description === undefined || description === 'Default Response' ? '' : ` ${plain(description)}`
      if (!first) return `Answers ${status}.${said}`
      const [type, { schema }] = first
      const shape = typeText(schema)
      if (shape === 'unknown') return `Answers ${status}, ${code(type)}.${said}`
      return `Answers ${status}.${said}\n\n${fence('ts', shape)}`
    })
    .join('\n\n')
}
