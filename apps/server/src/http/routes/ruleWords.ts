import { fieldInfo } from '@ohmstead/model'
import { aggregateNames, functionNames, keywordNames, windowNames } from '@ohmstead/streams'
import { z } from 'zod'
import { madeStreams } from '../../rules/compile.ts'
import { templates } from '../../rules/templates/index.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { siteOf } from '../lookup.ts'
import { SiteParams } from '../schemas.ts'

const tags = ['rules']

const TemplateOut = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  parameters: z.record(z.string(), z.unknown()).describe('JSON Schema of its parameters.'),
})

const Names = z.array(z.string())
const Vocabulary = z.object({
  streams: z.array(
    z.object({
      name: z.string(),
      fields: z.array(
        z.object({
          name: z.string(),
          kind: z.string().describe('`number`, `boolean`, `string` …'),
          unit: z.string().nullable().describe('UCUM code of a number; null where it has none.'),
          description: z.string().nullable(),
        }),
      ),
    }),
  ),
  functions: Names,
  aggregates: Names,
  windows: Names,
  keywords: Names,
})

/** What a rule can be made of: templates, and the names of the language and of the site. */
export function ruleWordRoutes(app: App, { registry, rules }: Pick<Services, 'registry' | 'rules'>): void {
  app.get(
    '/api/rule-templates',
    {
      config: { action: 'rules:read', anywhere: true },
      schema: {
        operationId: 'listRuleTemplates',
        tags,
        summary: 'Rules that can be filled in, with the schemas of their forms',
        response: { 200: z.object({ items: z.array(TemplateOut) }) },
      },
    },
    async () => ({
      items: templates.map(({ name, title, description, parameters }) => ({
        ...{ name, title, description },
        parameters: z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }) as Record<
          string,
          unknown
        >,
      })),
    }),
  )
  app.get(
    '/api/sites/:site/rule-vocabulary',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'getRuleVocabulary',
        tags,
        summary: 'The names that a rule of the site can use: its streams, and the words of EPL',
        params: SiteParams,
        response: { 200: Vocabulary },
      },
    },
    async request => {
      siteOf(registry, request.params.site)
      const around = rules.surroundings(request.params.site)
      return {
        streams: [...around.vocabulary.values(), ...madeStreams(around)].map(({ name, fields }) => ({
          name,
          fields: fields.map(field => ({
            name: field.name,
            kind: field.type.kind,
            unit: (field.type.kind === 'number' ? field.type.unit : undefined) ?? null,
            description: fieldInfo(name, field.name)?.description ?? null,
          })),
        })),
        functions: [...functionNames],
        aggregates: [...aggregateNames],
        windows: [...windowNames],
        keywords: [...keywordNames],
      }
    },
  )
}
