import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { dashboardFolder } from '../dashboardFolder.ts'
import type { Services } from '../services.ts'
import { trusts } from '../trustedProxies.ts'
import { guard } from './access.ts'
import { admission } from './admission.ts'
import { answerErrors, sendError } from './answers.ts'
import type { App } from './app.ts'
import { addBodyParsers } from './bodies.ts'
import { dashboard } from './dashboard.ts'
import { addSecurityHeaders } from './headers.ts'
import { measure } from './measure.ts'
import { describe, documentation } from './openapi.ts'
import { packLargeAnswers } from './packing.ts'
import type { Identification } from './principal.ts'
import { accountRoutes } from './routes/accounts.ts'
import { alertRoutes } from './routes/alerts.ts'
import { connectionRoutes } from './routes/connection.ts'
import { correctionRoutes } from './routes/corrections.ts'
import { demoRoutes } from './routes/demo.ts'
import { deviceRoutes } from './routes/devices.ts'
import { energyRoutes } from './routes/energy.ts'
import { explanationRoutes } from './routes/explanation.ts'
import { influx } from './routes/influx.ts'
import { liveRoutes } from './routes/live.ts'
import { monitoring } from './routes/monitoring.ts'
import { peopleRoutes } from './routes/people.ts'
import { readingsIn } from './routes/readingsIn.ts'
import { readingsOut } from './routes/readingsOut.ts'
import { replayRoutes } from './routes/replays.ts'
import { ruleCaseRoutes } from './routes/ruleCases.ts'
import { ruleRoutes } from './routes/rules.ts'
import { ruleWordRoutes } from './routes/ruleWords.ts'
import { siteRoutes } from './routes/sites.ts'
import { trialRoutes } from './routes/trials.ts'
import { Turns } from './turns.ts'

/** Questions of one person that are answered at the same time, and that may wait: a page asks a dozen at once. */
const queriesAtATime = 6
const queriesWaiting = 100

export interface ApiOptions {
  /** The built dashboard. */
  readonly dashboard?: string
}

/** The HTTP side of the platform: API, its description, the dashboard's files, what monitors ask. Not yet listening. */
export function buildApi(services: Services, options: ApiOptions = {}): FastifyInstance {
  const { config, log, registry, accounts, metrics } = services
  const who: Identification = {
    authenticate: registry.authenticate,
    session: headers => accounts.session(headers),
  }
  const app = Fastify({
    loggerInstance: log,
    // A line for every reading that is posted would cost more than storing it; metrics count them.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: logger => logger,
    bodyLimit: 1_048_576,
    trustProxy: config.http.trustedProxies.length > 0 && trusts(config.http.trustedProxies),
    exposeHeadRoutes: false,
    requestTimeout: 120_000,
    // A reader that takes nothing for so long is gone.
    connectionTimeout: 90_000,
    http: { maxHeaderSize: 16_384 },
    frameworkErrors: sendError,
  }) as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  answerErrors(app)
  addSecurityHeaders(app)
  packLargeAnswers(app as unknown as FastifyInstance)
  addBodyParsers(app)
  guard(app, who)
  measure(app, metrics)
  // Registered one after the other: the description only knows routes that come after it.
  app.register(async scope => {
    await describe(scope)
    for (const routes of [
      accountRoutes,
      siteRoutes,
      deviceRoutes,
      connectionRoutes,
      peopleRoutes,
      correctionRoutes,
      demoRoutes,
      ruleWordRoutes,
      ruleRoutes,
      alertRoutes,
    ])
      routes(scope as App, services)
    const turns = new Turns(queriesAtATime, queriesWaiting)
    readingsOut(scope as App, services, turns)
    energyRoutes(scope as App, services, turns)
    explanationRoutes(scope as App, services)
    trialRoutes(scope as App, services, turns)
    replayRoutes(scope as App, services, who)
    ruleCaseRoutes(scope as App, services, turns)
    const admitted = admission(services.ingest)
    readingsIn(scope as App, services, admitted)
    influx(scope as App, services, admitted)
    liveRoutes(scope as App, services, who)
    monitoring(scope as App, services, who)
    await scope.register(documentation)
  })
  app.register(dashboard, { folder: options.dashboard ?? dashboardFolder })
  return app as unknown as FastifyInstance
}
