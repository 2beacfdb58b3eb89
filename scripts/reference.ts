/** Writes the pages and pictures of docs/ that come from schemas and code: `npm run reference`. A test keeps them in step. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { daysPicture } from './pictures/days.ts'
import { epochsPicture } from './pictures/epochs.ts'
import { slotsPicture } from './pictures/slots.ts'
import { commandPage } from './reference/command.ts'
import { configurationPage } from './reference/configuration.ts'
import { errorsPage } from './reference/errors.ts'
import { measurementsPage } from './reference/measurements.ts'
import { metricsPage } from './reference/metrics.ts'
import { restPages } from './reference/rest.ts'
import { rightsPage } from './reference/rights.ts'
import { asyncApi, topicsPage } from './reference/topics.ts'
import { unitsPage } from './reference/units.ts'

/** Path → text of every generated file. */
export async function generatedFiles(): Promise<Record<string, string>> {
  const pages: Record<string, string> = {
    command: await commandPage(),
    configuration: configurationPage(),
    errors: errorsPage(),
    measurements: measurementsPage(),
    metrics: metricsPage(),
    rights: rightsPage(),
    topics: topicsPage(),
    units: unitsPage(),
    ...(await restPages()),
  }
  const named = Object.entries(pages).map(([name, text]) => [`docs/reference/${name}.md`, text])
  return {
    ...Object.fromEntries(named),
    'docs/pictures/days.svg': daysPicture(),
    'docs/pictures/epochs.svg': epochsPicture(),
    'docs/pictures/slots.svg': await slotsPicture(),
    'docs/public/asyncapi.json': `${JSON.stringify(asyncApi(), null, 2)}\n`,
  }
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await generatedFiles())) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}
