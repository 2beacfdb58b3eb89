import { Button, MultiSelect, TextInput } from '@mantine/core'
import { slug } from '@ohmstead/model'
import type { Device } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { putVirtualMeter } from '../../api/corrections.ts'
import type { VirtualMeter } from '../../api/energy.ts'
import { siteKey } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Dialog, DialogActions } from '../../ui/Dialog.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import classes from './MetersPage.module.css'
import { doubled } from './meterTree.ts'

interface Props {
  readonly site: string
  readonly meters: readonly Device[]
  readonly virtual: readonly VirtualMeter[]
  /** The one to change; null for a new one. */
  readonly meter: VirtualMeter | null
  readonly onClose: () => void
}

/** What would count twice cannot be chosen; what the page does not see, the server refuses. */
export function VirtualMeterDialog({ site, meters, virtual, meter, onClose }: Props) {
  const messages = useMessages()
  const { meters: text, common } = messages
  const [name, setName] = useState(meter?.name ?? '')
  const [plus, setPlus] = useState<string[]>([...(meter?.plus ?? [])])
  const [minus, setMinus] = useState<string[]>([...(meter?.minus ?? [])])
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () =>
      putVirtualMeter(site, {
        id: meter?.id ?? freeId(name, meters, virtual),
        name: name.trim(),
        plus,
        minus,
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: siteKey(site) })
      onClose()
    },
  })
  const nameOf = (id: string) => meters.find(one => one.id === id)?.name ?? id
  const choices = (chosen: readonly string[], other: readonly string[]) => {
    const twice = doubled(meters, chosen)
    const option = ({ id, name: label }: { id: string; name: string }) => {
      const inside = twice.get(id)
      return {
        value: id,
        label: inside === undefined ? label : `${label} (${text.inside(nameOf(inside))})`,
        disabled: inside !== undefined || other.includes(id),
      }
    }
    return [...meters, ...virtual.filter(({ id }) => id !== meter?.id)].map(option)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog title={meter?.name ?? text.create} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={text.name}
          value={name}
          maxLength={120}
          required
          data-autofocus
          onChange={event => setName(event.currentTarget.value)}
        />
        <MultiSelect
          label={text.plus}
          description={text.uses}
          data={choices(plus, minus)}
          value={plus}
          onChange={setPlus}
          searchable
        />
        <MultiSelect
          label={text.minus}
          data={choices(minus, plus)}
          value={minus}
          onChange={setMinus}
          searchable
        />
        <FormError
          text={save.error === null ? null : `${explain(save.error, messages).happened} ${text.refused}`}
        />
        <DialogActions>
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === '' || plus.length === 0}>
            {text.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** An id from the name that nothing has yet. */
function freeId(name: string, meters: readonly Device[], virtual: readonly VirtualMeter[]): string {
  const taken = new Set([...meters, ...virtual].map(({ id }) => id))
  const wanted = slug(name)
  let id = wanted
  for (let n = 2; taken.has(id); n++) id = `${wanted.slice(0, 58)}-${n}`
  return id
}
