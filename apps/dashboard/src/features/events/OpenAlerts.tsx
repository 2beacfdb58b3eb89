import { Button } from '@mantine/core'
import type { Alert } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { openAlertsQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { byUrgency, withAlert } from '../../parts/openAlerts.ts'
import { DeviceLink, ExploreLink, RuleLink } from '../../parts/said/links.tsx'
import { AlertSentence } from '../../parts/said/RuleSentence.tsx'
import { Card } from '../../ui/Card.tsx'
import { Age } from '../../ui/DeviceNow.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { CheckIcon } from '../../ui/icons.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { SeverityMark } from '../../ui/SeverityMark.tsx'
import { usePersonName } from '../../ui/usePersonName.ts'
import words from '../../ui/words.module.css'
import type { Names } from './EventsPage.tsx'
import facts from './facts.module.css'
import classes from './OpenAlerts.module.css'

interface Props {
  readonly site: string
  readonly names: Names
  readonly mayAct: boolean
}

/** What a person has to know now, until it is over. */
export function OpenAlerts({ site, names, mayAct }: Props) {
  const { events: text } = useMessages()
  const format = useFormat()
  const open = useQuery(openAlertsQuery(site))
  const card = useRef<HTMLElement>(null)
  const [told, setTold] = useState('')
  const personName = usePersonName(site, mayAct, text.you)
  // The button that was pressed goes with its alert; the keyboard goes on from here.
  const cleared = (name: string) => {
    setTold(text.cleared(name))
    card.current?.focus()
  }
  const count = open.data?.length ?? 0
  if ((open.data === undefined && !open.isError) || !names.known)
    return <RowsSkeleton rows={2} rowHeight={72} />
  return (
    <Card
      ref={card}
      tabIndex={-1}
      className={classes.open!}
      title={count === 0 ? text.open : text.openCount(count, format.count(count))}
      data-open={count}
    >
      <p role="status" className={classes.told}>
        {told}
      </p>
      {open.data === undefined ? (
        <Failure error={open.error} onRetry={() => open.refetch()} />
      ) : count === 0 ? (
        <p className={classes.calm}>
          <CheckIcon /> {text.noneOpen}
        </p>
      ) : (
        <>
          <ul className={classes.alerts}>
            {byUrgency(open.data).map(alert => (
              <OpenAlert
                key={alert.id}
                alert={alert}
                names={names}
                mayAct={mayAct}
                personName={personName}
                onCleared={cleared}
              />
            ))}
          </ul>
          {!mayAct && <p className={words.note}>{text.mayNot}</p>}
        </>
      )}
    </Card>
  )
}

interface AlertProps {
  readonly alert: Alert
  readonly names: Names
  readonly mayAct: boolean
  readonly personName: (id: string) => string | null
  readonly onCleared: (name: string) => void
}

function OpenAlert({ alert, names, mayAct, personName, onCleared }: AlertProps) {
  const { events: text } = useMessages()
  const format = useFormat()
  const { site } = alert
  const rule = names.rules.find(({ id }) => id === alert.rule)
  const name = rule?.name ?? alert.rule
  return (
    <li className={classes.alert} data-alert={alert.id} data-state={alert.state}>
      <div className={classes.alertWords}>
        <p className={classes.alertTitle}>
          <SeverityMark severity={alert.severity} />
          <span className={classes.alertName}>{name}</span>
        </p>
        <p>
          <AlertSentence alert={alert} rule={rule} />
        </p>
        <p className={facts.facts}>
          <span>
            {text.since(format.dateTime(alert.raisedAt))} (<Age at={alert.raisedAt} className="" />)
          </span>
          <About site={site} alert={alert} names={names} />
          {alert.acknowledgedAt !== null && <Acknowledged alert={alert} personName={personName} />}
          <ExploreLink
            site={site}
            about={{ time: alert.raisedAt, device: alert.device }}
            needs={rule?.needs ?? []}
          />
          {rule !== undefined && (
            <RuleLink site={site} rule={rule.id}>
              {text.toRule}
            </RuleLink>
          )}
        </p>
      </div>
      {mayAct && <Deeds alert={alert} name={name} onCleared={onCleared} />}
    </li>
  )
}

/** Whom an alert is about: the device, or what its rule calls the key. */
function About({ site, alert: { device, key }, names }: { site: string; alert: Alert; names: Names }) {
  if (device === null) return key === '' ? null : <span>{key}</span>
  const known = names.devices.find(({ id }) => id === device)
  return (
    <DeviceLink site={site} device={device}>
      {known?.name ?? device}
    </DeviceLink>
  )
}

function Acknowledged({ alert, personName }: Pick<AlertProps, 'alert' | 'personName'>) {
  const { events: text } = useMessages()
  const who = alert.acknowledgedBy === null ? null : personName(alert.acknowledgedBy)
  return (
    <span className={classes.acknowledged}>
      <CheckIcon size={14} />
      <span>
        {who === null ? text.acknowledged : text.acknowledgedBy(who)},{' '}
        <Age at={alert.acknowledgedAt} className="" />
      </span>
    </span>
  )
}

/** What can be done about an alert. Each deed says that it is on its way, that it is done, or why it was not. */
function Deeds({ alert, name, onCleared }: Pick<AlertProps, 'alert' | 'onCleared'> & { name: string }) {
  const messages = useMessages()
  const { events: text } = messages
  const client = useQueryClient()
  const { queryKey } = openAlertsQuery(alert.site)
  const take = (changed: Alert) => client.setQueryData(queryKey, open => open && withAlert(open, changed))
  const acknowledge = useMutation({
    mutationFn: () => ohmstead.acknowledgeAlert(alert.site, alert.id),
    onSuccess: take,
  })
  const clear = useMutation({
    mutationFn: () => ohmstead.clearAlert(alert.site, alert.id),
    onSuccess: changed => {
      take(changed)
      onCleared(name)
    },
  })
  const error = acknowledge.error ?? clear.error
  const said = error === null ? null : explain(error, messages)
  return (
    <div className={classes.deeds}>
      {alert.acknowledgedAt === null && (
        <Button
          size="xs"
          aria-label={`${text.acknowledge}: ${name}`}
          disabled={acknowledge.isPending || clear.isPending}
          onClick={() => acknowledge.mutate()}
        >
          {acknowledge.isPending ? text.acknowledging : text.acknowledge}
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        title={text.clearMeans}
        aria-label={`${text.clear}: ${name}`}
        disabled={acknowledge.isPending || clear.isPending}
        onClick={() => clear.mutate()}
      >
        {clear.isPending ? text.clearing : text.clear}
      </Button>
      <FormError text={said === null ? null : [said.happened, said.todo].filter(Boolean).join(' ')} />
    </div>
  )
}
