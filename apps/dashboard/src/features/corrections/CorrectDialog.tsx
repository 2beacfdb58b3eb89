import { Button, Radio, TextInput } from '@mantine/core'
import type { EditRequest } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { applyEdit, previewEdit } from '../../api/corrections.ts'
import { siteKey } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import type { Messages } from '../../i18n/en.ts'
import { Dialog, DialogActions } from '../../ui/Dialog.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import classes from './Corrections.module.css'
import { type Draft, draftOf, type Fault, type Field, type Kind, kinds, requestOf } from './draft.ts'
import { PreviewTable } from './PreviewTable.tsx'

interface Props {
  readonly site: { readonly id: string; readonly timezone: string }
  readonly device: { readonly id: string; readonly name: string }
  readonly start: number
  readonly end: number
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Says what a person knows better; it is previewed as it stands before it can be saved. */
export function CorrectDialog(props: Props) {
  const { site, device, onClose } = props
  const messages = useMessages()
  const { corrections: text } = messages
  const correction = useCorrection(props)
  const { draft, faults, set, isFresh, preview, error } = correction
  const submit = (event: FormEvent) => {
    event.preventDefault()
    correction.look()
  }
  return (
    <Dialog title={text.correctTitle(device.name)} onClose={onClose}>
      <form onSubmit={submit} className={classes.form} noValidate>
        <Radio.Group label={text.kind} value={draft.kind} onChange={kind => set({ kind: kind as Kind })}>
          <div className={classes.kinds}>
            {kinds.map(kind => (
              <Radio key={kind} value={kind} label={text.kinds[kind]} description={text.means[kind]} />
            ))}
          </div>
        </Radio.Group>
        <Times draft={draft} faults={faults} set={set} zone={site.timezone} />
        <Energies draft={draft} faults={faults} set={set} />
        <TextInput
          label={text.note}
          description={text.noteHint}
          value={draft.note}
          maxLength={2000}
          onChange={event => set({ note: event.currentTarget.value })}
        />
        {isFresh && preview.data !== undefined && <PreviewTable preview={preview.data} />}
        {!isFresh && preview.variables !== undefined && <p className={classes.hint}>{text.stale}</p>}
        <FormError text={error === null ? null : explain(error, messages).happened} />
        <Buttons correction={correction} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function Buttons({ correction, onClose }: { correction: Correction; onClose: () => void }) {
  const { corrections: text, common } = useMessages()
  const { isFresh, preview, save, request } = correction
  const changes = isFresh && preview.data !== undefined && preview.data.before.length > 0
  return (
    <DialogActions>
      <Button variant="default" onClick={onClose}>
        {common.cancel}
      </Button>
      <Button
        type="submit"
        variant={isFresh && preview.isSuccess ? 'default' : 'filled'}
        loading={preview.isPending}
      >
        {text.preview}
      </Button>
      {changes && request !== null && (
        <Button loading={save.isPending} onClick={() => save.mutate(request)}>
          {text.save}
        </Button>
      )}
    </DialogActions>
  )
}

type Correction = ReturnType<typeof useCorrection>

/** What is typed, what it would change, and the change itself. */
function useCorrection({ site, device, start, end, onDone }: Props) {
  const client = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(start, end, site.timezone))
  const [faults, setFaults] = useState<Partial<Record<Field, Fault>>>({})
  const preview = useMutation({
    mutationFn: (request: EditRequest) => previewEdit(site.id, device.id, request),
  })
  const save = useMutation({
    mutationFn: (request: EditRequest) => applyEdit(site.id, device.id, request),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: siteKey(site.id) })
      onDone()
    },
  })
  const parsed = requestOf(draft, { start, end, zone: site.timezone })
  const request = 'request' in parsed ? parsed.request : null
  // A preview of something else than what stands in the form says nothing.
  const isFresh =
    preview.variables !== undefined && JSON.stringify(preview.variables) === JSON.stringify(request)
  return {
    draft,
    faults,
    request,
    isFresh,
    preview,
    save,
    error: save.error ?? (isFresh ? preview.error : null),
    set(change: Partial<Draft>) {
      setDraft({ ...draft, ...change })
      setFaults({})
    },
    look() {
      if ('faults' in parsed) return setFaults(parsed.faults)
      save.reset()
      preview.mutate(parsed.request)
    },
  }
}

interface Inputs {
  readonly draft: Draft
  readonly faults: Partial<Record<Field, Fault>>
  readonly set: (change: Partial<Draft>) => void
}

function Times({ draft, faults, set, zone }: Inputs & { zone: string }) {
  const { corrections: text } = useMessages()
  const names: readonly ('from' | 'to' | 'at')[] =
    draft.kind === 'exclude' || draft.kind === 'energy' ? ['from', 'to'] : ['at']
  return (
    <div className={classes.pair}>
      {names.map(name => (
        <TextInput
          key={name}
          type="datetime-local"
          step={draft.kind === 'energy' ? 900 : 60}
          label={text[name]}
          description={text.zone(zone)}
          value={draft[name]}
          error={faultText(text, faults[name])}
          onChange={event => set({ [name]: event.currentTarget.value })}
        />
      ))}
    </div>
  )
}

const energyFields = {
  exclude: [],
  energy: [
    ['importKwh', 'imported'],
    ['exportKwh', 'exported'],
  ],
  counter: [
    ['importKwh', 'imported'],
    ['exportKwh', 'exported'],
  ],
  replaced: [
    ['finalImport', 'finalImport'],
    ['initialImport', 'initialImport'],
    ['finalExport', 'finalExport'],
    ['initialExport', 'initialExport'],
  ],
} as const satisfies Record<Kind, readonly (readonly [Field, string])[]>

function Energies({ draft, faults, set }: Inputs) {
  const { corrections: text, common } = useMessages()
  const fields = energyFields[draft.kind]
  if (fields.length === 0) return null
  return (
    <div className={classes.pair}>
      {fields.map(([field, label], at) => (
        <TextInput
          key={field}
          inputMode="decimal"
          label={text[label]}
          {...(draft.kind === 'replaced' || at > 0 ? { placeholder: common.optional } : {})}
          value={draft[field]}
          error={faultText(text, faults[field])}
          onChange={event => set({ [field]: event.currentTarget.value })}
        />
      ))}
    </div>
  )
}

function faultText(text: Messages['corrections'], fault: Fault | undefined): string | null {
  if (fault === undefined) return null
  return {
    number: text.invalidNumber,
    time: text.invalidTime,
    quarter: text.quarter,
    some: text.some,
    order: text.order,
  }[fault]
}
