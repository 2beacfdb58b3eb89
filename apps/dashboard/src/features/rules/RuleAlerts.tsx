import { Button } from '@mantine/core'
import type { Alert } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ohmstead } from '../../api/ohmstead.ts'
import { refreshRules, ruleAlertsQuery } from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { CheckIcon, OffShape, WarnIcon } from '../../ui/icons.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import { SeverityMark } from '../../ui/SeverityMark.tsx'
import mark from '../../ui/StateMark.module.css'
import words from '../../ui/words.module.css'

interface Props {
  readonly site: string
  readonly rule: string
  readonly mayChange: boolean
  readonly nameOf: (device: string) => string
}

/** The alerts of a rule: open ones can be acknowledged and cleared. */
export function RuleAlerts({ site, rule, mayChange, nameOf }: Props) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const alerts = useQuery(ruleAlertsQuery(site, rule))
  if (alerts.data === undefined)
    return alerts.isError ? (
      <Card title={text.alertsOf}>
        <Failure error={alerts.error} onRetry={() => alerts.refetch()} />
      </Card>
    ) : (
      <RowsSkeleton rows={2} rowHeight={40} />
    )
  // What somebody has to see to stands first.
  const rows = alerts.data.toSorted((a, b) => Number(a.state === 'cleared') - Number(b.state === 'cleared'))
  return (
    <Card title={text.alertsOf}>
      {rows.length === 0 ? (
        <p className={words.note}>{text.alertsNone}</p>
      ) : (
        <PlainTable
          label={text.alertsOf}
          columns={[
            { name: text.about },
            { name: text.state },
            { name: text.severity },
            { name: text.from, keep: true },
            { name: text.to, keep: true },
            ...(mayChange ? [{ name: '' }] : []),
          ]}
          rows={rows.map(alert => ({
            key: alert.id,
            cells: [
              alert.device === null ? alert.key : nameOf(alert.device),
              <AlertState key="state" state={alert.state} />,
              <SeverityMark key="severity" severity={alert.severity} />,
              format.dateTime(alert.raisedAt),
              <Cleared key="cleared" alert={alert} />,
              ...(mayChange ? [<Deeds key="deeds" site={site} alert={alert} nameOf={nameOf} />] : []),
            ],
          }))}
        />
      )}
    </Card>
  )
}

const marks = { raised: 'silent', acknowledged: 'late', cleared: undefined } as const
const shapes = { raised: WarnIcon, acknowledged: CheckIcon, cleared: OffShape } as const

function AlertState({ state }: { state: Alert['state'] }) {
  const { rules: text } = useMessages()
  const Shape = shapes[state]
  return (
    <span className={mark.mark} data-state={marks[state]}>
      <Shape size={14} />
      {text.alertStates[state]}
    </span>
  )
}

function Cleared({ alert: { clearedAt, clearedBy } }: { alert: Alert }) {
  const { rules: text } = useMessages()
  const format = useFormat()
  if (clearedAt === null) return <>–</>
  return (
    <>
      {format.dateTime(clearedAt)}
      {clearedBy !== null && <span className={words.note}> {text.clearedBy[clearedBy]}</span>}
    </>
  )
}

function Deeds({ site, alert, nameOf }: { site: string; alert: Alert } & Pick<Props, 'nameOf'>) {
  const messages = useMessages()
  const { rules: text } = messages
  const client = useQueryClient()
  const deed = useMutation({
    mutationFn: (what: 'acknowledge' | 'clear') =>
      what === 'clear' ? ohmstead.clearAlert(site, alert.id) : ohmstead.acknowledgeAlert(site, alert.id),
    onSuccess: () => refreshRules(client, site),
  })
  if (alert.state === 'cleared') return null
  const about = alert.device === null ? alert.key : nameOf(alert.device)
  const button = (what: 'acknowledge' | 'clear') => (
    <Button
      size="compact-sm"
      variant="subtle"
      aria-label={`${text[what]}: ${about}`}
      loading={deed.isPending && deed.variables === what}
      onClick={() => deed.mutate(what)}
    >
      {text[what]}
    </Button>
  )
  return (
    <>
      {alert.state === 'raised' && button('acknowledge')}
      {button('clear')}
      <FormError text={deed.error === null ? null : explain(deed.error, messages).happened} />
    </>
  )
}
