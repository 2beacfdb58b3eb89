import { systemClock } from '@ohmstead/model'
import { Metrics } from '../../apps/server/src/metrics.ts'
import { type Observed, observe } from '../../apps/server/src/observe.ts'
import { code, generated, table } from './markdown.ts'

interface Metric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly labelNames?: readonly string[]
}

export function metricsPage(): string {
  return `# Metrics

${generated} \`GET /metrics\` answers them in the text format of Prometheus: to this machine, and to a token that may read the platform
(one of an administrator, or one made by \`ohmstead token create\` without \`--site\`). A histogram has \`_bucket\`, \`_sum\` and \`_count\`.

${tableOf(registered())}

Labels: \`via\` is the way in (\`mqtt\`, \`powiot\`, \`http\`, \`line\`); \`status\` a class such as \`2xx\`; \`route\` the pattern of the route, not the address.
The usual figures of the process and of Node.js are there too: \`process_…\`, \`nodejs_…\`.
`
}

function tableOf(metrics: readonly Metric[]): string {
  const rows = metrics.map(({ name, type, labelNames = [], help }) => [
    code(name),
    type,
    labelNames.map(code).join(', '),
    help,
  ])
  return table(['metric', 'type', 'labels', ''], rows)
}

/** What the running platform registers; nothing is read from the parts behind the figures. */
function registered(): Metric[] {
  const metrics = new Metrics({ process: false })
  const parts = { store: {}, ledger: {}, broker: {}, committer: {} } as unknown as Omit<
    Observed,
    'metrics' | 'clock'
  >
  observe({ ...parts, metrics, clock: systemClock })
  return metrics.registry.getMetricsAsArray() as unknown as Metric[]
}
