import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { nameSchemas } from './names.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Documented but not checked by schema: the handler judges the body piece by piece. */
    described?: { readonly body: z.ZodType; readonly params?: z.ZodType }
  }
}

const description = `Readings in, energy out. Values are in the units that each series names (UCUM), times in epoch
milliseconds or ISO 8601, days are the site's. Errors are RFC 9457 problems; branch on \`code\`.

Sign in with the session cookie of \`POST /api/auth/login\`, or send \`Authorization: Bearer <token>\`. Devices send
their readings with HTTP Basic. Something that is not yours and something that is not there both answer 404.`

const problemAnswer = {
  description: 'A problem.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** Collects every route that is registered after it. Must come before the routes. */
export async function describe(app: FastifyInstance): Promise<void> {
  nameSchemas()
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ohmstead',
        description,
        version: '1',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'ohmstead.session_token' },
          token: { type: 'http', scheme: 'bearer' },
          password: { type: 'http', scheme: 'basic' },
        },
      },
      security: [{ session: [] }, { token: [] }, { password: [] }],
    },
    transform: given => {
      const { config } = given.route
      const { params } = config?.described ?? {}
      const { schema, url } = jsonSchemaTransform(
        params ? { ...given, schema: { ...given.schema, params } } : given,
      )
      if (!schema || schema.hide) return { schema: { hide: true }, url }
      const response = { ...(schema.response as object), default: problemAnswer }
      const body = config?.described
        ? { body: bodySchema(config.described.body), consumes: ['application/json', 'application/x-ndjson'] }
        : {}
      const security = config?.action === 'public' ? { security: [] } : {}
      return { schema: { ...schema, ...body, ...security, response }, url }
    },
    transformObject: jsonSchemaTransformObject,
  })
}

function bodySchema(schema: z.ZodType): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' })
  return json
}

/** The description itself, and pages to read it with. Their scripts are files of ours: no other host is asked. */
export async function documentation(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', route => {
    route.config = { ...route.config, action: 'public' }
    route.schema = { ...route.schema, hide: true }
  })
  let text: string | undefined
  app.get('/api/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(app.swagger())
    return reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(text)
  })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: {
      docExpansion: 'list',
      deepLinking: true,
      persistAuthorization: false,
    },
    theme: { title: 'Ohmstead API', css: [{ filename: 'plain.css', content: '.topbar { display: none }' }] },
    staticCSP: false,
  })
}
