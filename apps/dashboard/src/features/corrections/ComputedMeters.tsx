import { Button } from '@mantine/core'
import type { Device } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { removeVirtualMeter } from '../../api/corrections.ts'
import type { VirtualMeter } from '../../api/energy.ts'
import { siteKey } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import classes from './MetersPage.module.css'
import { VirtualMeterDialog } from './VirtualMeterDialog.tsx'

interface Props {
  readonly site: string
  readonly meters: readonly Device[]
  readonly virtual: readonly VirtualMeter[]
  readonly mayEdit: boolean
}

/** Meters that are sums and differences of others. */
export function ComputedMeters({ site, meters, virtual, mayEdit }: Props) {
  const { meters: text } = useMessages()
  const [editing, setEditing] = useState<VirtualMeter | 'new' | null>(null)
  const nameOf = (id: string) => [...meters, ...virtual].find(one => one.id === id)?.name ?? id
  const formula = ({ plus, minus }: VirtualMeter) =>
    [plus.map(nameOf).join(' + '), ...minus.map(id => nameOf(id))].join(' − ')
  return (
    <Card
      title={text.computed}
      aside={
        mayEdit && (
          <Button size="compact-sm" variant="light" onClick={() => setEditing('new')}>
            {text.create}
          </Button>
        )
      }
    >
      <p className={classes.hint}>{text.computedLead}</p>
      {virtual.length === 0 && <p className={classes.hint}>{text.none}</p>}
      <ul className={classes.list}>
        {virtual.map(meter => (
          <Line
            key={meter.id}
            site={site}
            meter={meter}
            formula={formula(meter)}
            onEdit={mayEdit ? () => setEditing(meter) : null}
          />
        ))}
      </ul>
      {editing !== null && (
        <VirtualMeterDialog
          site={site}
          meters={meters}
          virtual={virtual}
          meter={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Card>
  )
}

interface LineProps {
  readonly site: string
  readonly meter: VirtualMeter
  readonly formula: string
  /** null for those who may only look. */
  readonly onEdit: (() => void) | null
}

function Line({ site, meter, formula, onEdit }: LineProps) {
  const messages = useMessages()
  const { meters: text, common } = messages
  const [isSure, setSure] = useState(false)
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => removeVirtualMeter(site, meter.id),
    onSuccess: () => client.invalidateQueries({ queryKey: siteKey(site) }),
    onError: () => setSure(false),
  })
  const button = { size: 'compact-sm', variant: 'subtle' } as const
  return (
    <li className={classes.row} data-computed={meter.id}>
      <span className={`${classes.name} ${classes.depth0}`}>
        {isSure ? text.removeSure(meter.name) : meter.name}
      </span>
      {onEdit !== null && !isSure && (
        <>
          <Button {...button} onClick={onEdit}>
            {text.edit}
          </Button>
          <Button {...button} onClick={() => setSure(true)}>
            {text.remove}
          </Button>
        </>
      )}
      {isSure && (
        <>
          <Button {...button} variant="default" onClick={() => setSure(false)}>
            {common.cancel}
          </Button>
          <Button {...button} variant="filled" loading={remove.isPending} onClick={() => remove.mutate()}>
            {text.remove}
          </Button>
        </>
      )}
      <span className={classes.formula}>{formula}</span>
      <FormError text={remove.error === null ? null : explain(remove.error, messages).happened} />
    </li>
  )
}
