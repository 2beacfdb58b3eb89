import { Autocomplete, Button, Checkbox, SegmentedControl, Select, TextInput } from '@mantine/core'
import { severities } from '@ohmstead/model'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Action, webhookKeyQuery } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { PlusIcon } from '../../ui/icons.tsx'
import words from '../../ui/words.module.css'
import classes from './ActionsForm.module.css'
import { changedAction, otherActions, withAction, withoutAction } from './actions.ts'
import { FieldGrid } from './form/FieldGrid.tsx'
import type { Things } from './form/useThings.ts'

interface Props {
  readonly site: string
  readonly things: Things
  readonly actions: readonly Action[]
  /** The server's reasons, by field: `actions.1.url`. */
  readonly refused: Readonly<Record<string, string>>
  readonly onChange: (actions: readonly Action[]) => void
}

/** What becomes of what the rule says. */
export function ActionsForm({ site, things, actions, refused, onChange }: Props) {
  const { rules: text, events } = useMessages()
  const at = (kind: Action['kind']) => actions.findIndex(action => action.kind === kind)
  const alert = actions[at('alert')]
  const event = actions[at('event')]
  const store = actions[at('store')]
  const others = otherActions(actions)
  const turn = (action: Action, on: boolean) =>
    onChange(on ? withAction(actions, action) : withoutAction(actions, at(action.kind)))
  return (
    <div className={classes.actions}>
      <div className={classes.action}>
        <Checkbox
          label={text.alert}
          description={text.alertMeans}
          checked={alert !== undefined}
          onChange={change => turn({ kind: 'alert', severity: 'medium' }, change.currentTarget.checked)}
        />
        {alert?.kind === 'alert' && (
          <SegmentedControl
            className={classes.below!}
            aria-label={text.severity}
            value={alert.severity}
            onChange={choice =>
              onChange(
                changedAction(actions, at('alert'), { ...alert, severity: choice as typeof alert.severity }),
              )
            }
            data={severities.map(value => ({ value, label: events.severities[value] }))}
          />
        )}
      </div>
      <div className={classes.action}>
        <Checkbox
          label={text.event}
          description={text.eventMeans}
          checked={event !== undefined}
          onChange={change => turn({ kind: 'event' }, change.currentTarget.checked)}
        />
        {event?.kind === 'event' && (
          <TextInput
            className={classes.below!}
            label={text.topic}
            description={text.topicHint}
            maxLength={63}
            value={event.topic ?? ''}
            error={refused[`actions.${at('event')}.topic`]}
            onChange={change => {
              const topic = change.currentTarget.value
              const { topic: _, ...rest } = event
              onChange(changedAction(actions, at('event'), topic === '' ? rest : { ...rest, topic }))
            }}
          />
        )}
      </div>
      <Webhooks site={site} actions={actions} refused={refused} onChange={onChange} />
      <div className={classes.action}>
        <Checkbox
          label={text.store}
          description={text.storeMeans}
          checked={store !== undefined}
          onChange={change =>
            turn({ kind: 'store', device: '', measurement: 'electricalMeter' }, change.currentTarget.checked)
          }
        />
        {store?.kind === 'store' && (
          <Store
            things={things}
            action={store}
            refused={field => refused[`actions.${at('store')}${field}`]}
            onChange={action => onChange(changedAction(actions, at('store'), action))}
          />
        )}
      </div>
      {others.length > 0 && (
        <div className={classes.action}>
          <p className={words.note}>{text.alsoDoes}</p>
          {others.map(action => (
            <code key={JSON.stringify(action)} className={classes.code}>
              {JSON.stringify(action)}
            </code>
          ))}
        </div>
      )}
      <FormError text={actions.length === 0 ? text.oneAction : (refused.actions ?? null)} />
    </div>
  )
}

type StoreAction = Extract<Action, { kind: 'store' }>

/** Which device's readings the rows become: one that nothing else sends for. */
function Store({
  things: { devices, heads, vocabulary },
  action,
  refused,
  onChange,
}: {
  things: Things
  action: StoreAction
  refused: (field: string) => string | undefined
  onChange: (action: StoreAction) => void
}) {
  const { rules: text } = useMessages()
  const sending = new Set(heads.map(({ device }) => device))
  const items = devices.map(({ id, name }) => ({ value: id, label: name }))
  const groups = [
    { group: text.quiet, items: items.filter(({ value }) => !sending.has(value)) },
    { group: text.others, items: items.filter(({ value }) => sending.has(value)) },
  ]
  return (
    <FieldGrid className={classes.belowWide!}>
      <Select
        label={text.storeDevice}
        description={text.storeDeviceHint}
        data={groups.filter(({ items }) => items.length > 0)}
        placeholder={text.parameters.device}
        searchable
        limit={80}
        nothingFoundMessage={text.noDevice}
        value={action.device === '' ? null : action.device}
        error={refused('.device') ?? refused('')}
        onChange={device => onChange({ ...action, device: device ?? '' })}
      />
      <Autocomplete
        label={text.parameters.measurement}
        description={text.storeMeasurementHint}
        data={vocabulary.streams.map(({ name }) => name).toSorted()}
        limit={80}
        value={action.measurement}
        error={refused('.measurement')}
        onChange={measurement => onChange({ ...action, measurement })}
      />
    </FieldGrid>
  )
}

function Webhooks({ site, actions, refused, onChange }: Omit<Props, 'things'>) {
  const { rules: text } = useMessages()
  const hooks = actions.flatMap((action, at) => (action.kind === 'webhook' ? [{ at, url: action.url }] : []))
  return (
    <div className={classes.action}>
      <div>
        <p className={classes.actionName}>{text.webhook}</p>
        <p className={words.note}>{text.webhookMeans}</p>
      </div>
      {hooks.map(({ at, url }, index) => (
        <div key={at} className={classes.hook}>
          <TextInput
            className={classes.grow!}
            type="url"
            inputMode="url"
            aria-label={hooks.length === 1 ? text.webhookUrl : `${text.webhookUrl} ${index + 1}`}
            placeholder="https://"
            value={url}
            error={refused[`actions.${at}.url`]}
            onChange={change =>
              onChange(changedAction(actions, at, { kind: 'webhook', url: change.currentTarget.value }))
            }
          />
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={`${text.removeWebhook} ${url}`}
            onClick={() => onChange(withoutAction(actions, at))}
          >
            {text.remove}
          </Button>
        </div>
      ))}
      <div className={classes.hookEnd}>
        <Button
          variant="default"
          size="xs"
          leftSection={<PlusIcon />}
          onClick={() => onChange([...actions, { kind: 'webhook', url: '' }])}
        >
          {text.addWebhook}
        </Button>
        {hooks.length > 0 && <WebhookKey site={site} />}
      </div>
    </div>
  )
}

/** A secret is asked for only when somebody wants to see it. */
function WebhookKey({ site }: { site: string }) {
  const messages = useMessages()
  const { rules: text } = messages
  const [wanted, setWanted] = useState(false)
  const key = useQuery({ ...webhookKeyQuery(site), enabled: wanted })
  if (key.data === undefined)
    return (
      <>
        <Button variant="subtle" size="compact-sm" loading={key.isFetching} onClick={() => setWanted(true)}>
          {text.webhookKey}
        </Button>
        <FormError text={key.error === null ? null : explain(key.error, messages).happened} />
      </>
    )
  return (
    <div className={classes.key}>
      <code className={classes.code}>{key.data}</code>
      <CopyText text={key.data} />
      <p className={words.note}>{text.webhookKeyMeans}</p>
    </div>
  )
}
