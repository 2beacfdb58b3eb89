import { Place, PlaceInput, PlacePatch, Site, SitePatch } from '@ohmstead/model'
import { actorOf, may, type Principal } from '@ohmstead/registry'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { Empty, id, longestRemovalMs, PageQuery, pageOf, removalText, SiteParams } from '../schemas.ts'

/** Sites and their places. */
export function siteRoutes(app: App, { registry, removals }: Pick<Services, 'registry' | 'removals'>): void {
  const tags = ['sites']

  app.get(
    '/api/sites',
    {
      config: { action: 'signed-in' },
      schema: {
        operationId: 'listSites',
        tags,
        summary: 'The sites that the caller may see',
        querystring: PageQuery,
        response: { 200: pageOf(Site) },
      },
    },
    async request =>
      registry.sites.list({ ...request.query, only: visibleSites(request.principal, registry) }),
  )
  app.post(
    '/api/sites',
    {
      config: { action: 'site:create', on: () => ({}) },
      schema: {
        operationId: 'createSite',
        tags,
        summary: 'Create a site',
        body: Site,
        response: { 201: Site },
      },
    },
    async (request, reply) => {
      const site = await registry.sites.create(actorOf(request.principal), request.body)
      return reply.code(201).header('location', `/api/sites/${site.id}`).send(site)
    },
  )
  app.get(
    '/api/sites/:site',
    {
      config: { action: 'site:read' },
      schema: { operationId: 'getSite', tags, params: SiteParams, response: { 200: Site } },
    },
    async request => registry.sites.get(request.params.site),
  )
  app.patch(
    '/api/sites/:site',
    {
      config: { action: 'site:write' },
      schema: {
        operationId: 'updateSite',
        tags,
        params: SiteParams,
        body: SitePatch,
        response: { 200: Site },
      },
    },
    async request => registry.sites.update(actorOf(request.principal), request.params.site, request.body),
  )
  app.delete(
    '/api/sites/:site',
    {
      config: { action: 'site:remove' },
      schema: {
        operationId: 'removeSite',
        tags,
        summary: 'Remove a site with everything in it: devices, members, tokens, readings, energy',
        description: removalText,
        params: SiteParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      const { site } = request.params
      await registry.sites.remove(actorOf(request.principal), site)
      await removals.settled(longestRemovalMs)
      return reply.code(204).send()
    },
  )
  placeRoutes(app, registry)
}

function placeRoutes(app: App, registry: Services['registry']): void {
  const tags = ['places']
  const PlaceParams = SiteParams.extend({ place: id })
  app.get(
    '/api/sites/:site/places',
    {
      config: { action: 'site:read' },
      schema: {
        operationId: 'listPlaces',
        tags,
        params: SiteParams,
        querystring: PageQuery,
        response: { 200: pageOf(Place) },
      },
    },
    async request => registry.places.list(request.params.site, request.query),
  )
  app.post(
    '/api/sites/:site/places',
    {
      config: { action: 'site:write' },
      schema: {
        operationId: 'createPlace',
        tags,
        params: SiteParams,
        body: PlaceInput,
        response: { 201: Place },
      },
    },
    async (request, reply) => {
      const place = await registry.places.create(
        actorOf(request.principal),
        request.params.site,
        request.body,
      )
      return reply.code(201).header('location', `/api/sites/${place.site}/places/${place.id}`).send(place)
    },
  )
  app.get(
    '/api/sites/:site/places/:place',
    {
      config: { action: 'site:read' },
      schema: { operationId: 'getPlace', tags, params: PlaceParams, response: { 200: Place } },
    },
    async request => registry.places.get(request.params.site, request.params.place),
  )
  app.patch(
    '/api/sites/:site/places/:place',
    {
      config: { action: 'site:write' },
      schema: {
        operationId: 'updatePlace',
        tags,
        params: PlaceParams,
        body: PlacePatch,
        response: { 200: Place },
      },
    },
    async request => {
      const { site, place } = request.params
      return registry.places.update(actorOf(request.principal), site, place, request.body)
    },
  )
  app.delete(
    '/api/sites/:site/places/:place',
    {
      config: { action: 'site:write' },
      schema: {
        operationId: 'removePlace',
        tags,
        summary: 'Remove a place; its devices stay',
        params: PlaceParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await registry.places.remove(actorOf(request.principal), request.params.site, request.params.place)
      return reply.code(204).send()
    },
  )
}

/** Ids of the sites that the caller may read; undefined for all there are. */
export function visibleSites(principal: Principal, registry: Services['registry']): string[] | undefined {
  if (principal.kind === 'person' && principal.admin) return undefined
  return registry.sites
    .all()
    .map(site => site.id)
    .filter(site => may(principal, 'site:read', { site }))
}
