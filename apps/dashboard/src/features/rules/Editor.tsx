import { Button, Checkbox, TextInput } from '@mantine/core'
import { type FormEvent, useMemo, useRef, useState } from 'react'
import type { RuleOut } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { ActionsForm } from './ActionsForm.tsx'
import { DraftTrial } from './DraftTrial.tsx'
import { type Draft, nameFor, written } from './draft.ts'
import classes from './Editor.module.css'
import { faultOf } from './epl/fault.ts'
import { FieldGrid } from './form/FieldGrid.tsx'
import { type Things, useThings } from './form/useThings.ts'
import type { Kept } from './kept.ts'
import { templateText } from './texts.ts'
import { useCheck } from './useCheck.ts'
import { useSave } from './useSave.ts'
import { type View, Watches } from './Watches.tsx'
import { Words } from './Words.tsx'

interface Props {
  readonly site: string
  /** The rule as it is saved; null while it is new. */
  readonly rule: RuleOut | null
  readonly initial: Draft
  readonly onSaved: (rule: RuleOut) => void
  readonly onLeave: () => void
  /** Takes the draft to the lab of replays. */
  readonly onPlay: (lab: ForLab, kept: Kept) => void
}

/** A rule is written, as a form or as EPL, said in words, tried on the past, and saved. */
export function Editor(props: Props) {
  const { things, error, retry } = useThings(props.site)
  if (things !== undefined) return <Known {...props} things={things} />
  return error === null ? (
    <RowsSkeleton rows={4} />
  ) : (
    <Card>
      <Failure error={error} onRetry={retry} />
    </Card>
  )
}

function Known({ site, rule, initial, things, onSaved, onLeave, onPlay }: Props & { things: Things }) {
  const messages = useMessages()
  const { rules: text } = messages
  const [draft, setDraft] = useState(initial)
  const [view, setView] = useState<View>(initial.template === null ? 'epl' : 'form')
  const [enabled, setEnabled] = useState(true)
  const [tried, setTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const title = draft.template === null ? '' : templateText(messages, draft.template).title
  const name = draft.name ?? nameFor(title, draft, things.nameOf)
  const { definition, missing } = useMemo(() => written(draft), [draft])
  const check = useCheck(site, draft, rule?.id)
  const save = useSave({ site, rule, name, enabled, onSaved })
  const change = (part: Partial<Draft>) => {
    save.reset()
    setDraft(before => ({ ...before, ...part }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (definition !== null && draft.actions.length > 0 && name.trim() !== '')
      save.mutate({ definition, actions: draft.actions })
    else
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  const refused = { ...fieldErrors(check.error), ...fieldErrors(save.error) }
  const atField = Object.keys(refused).length > 0
  const fault = faultOf(check.error) ?? faultOf(save.error)
  return (
    <>
      <form ref={form} onSubmit={submit} className={classes.editor} noValidate>
        <Watches
          {...{ site, draft, things, view, fault, refused }}
          check={check}
          missing={missing}
          tried={tried}
          onView={setView}
          onChange={change}
        />
        <Card title={text.follows}>
          <ActionsForm
            site={site}
            things={things}
            actions={draft.actions}
            refused={refused}
            onChange={actions => change({ actions })}
          />
        </Card>
        <Card title={text.inWords}>
          <Words
            site={site}
            check={check}
            incomplete={definition === null || draft.actions.length === 0}
            reason={atField || (fault !== null && view === 'epl') ? text.wordsFault : (fault?.reason ?? null)}
          />
          <FieldGrid>
            <TextInput
              label={text.name}
              maxLength={120}
              value={name}
              error={tried && name.trim() === '' ? text.needed : refused.name}
              onChange={event => change({ name: event.currentTarget.value })}
            />
          </FieldGrid>
          <FormError
            text={save.error !== null && !atField && fault === null ? saidOf(save.error, messages) : null}
          />
          <SaveOrLeave
            isNew={rule === null}
            saving={save.isPending}
            enabled={enabled}
            onEnabled={setEnabled}
            onLeave={onLeave}
          />
        </Card>
      </form>
      <DraftTrial
        site={site}
        rule={rule}
        draft={draft}
        things={things}
        check={check.error === null ? check.data : undefined}
        onPlay={lab => onPlay(lab, { draft, version: rule?.version ?? null })}
      />
    </>
  )
}

function SaveOrLeave(props: {
  isNew: boolean
  saving: boolean
  enabled: boolean
  onEnabled: (enabled: boolean) => void
  onLeave: () => void
}) {
  const { rules: text, common } = useMessages()
  return (
    <div className={classes.saveBar}>
      <Button type="submit" loading={props.saving}>
        {props.isNew ? text.save : text.saveVersion}
      </Button>
      <Button variant="default" onClick={props.onLeave}>
        {common.cancel}
      </Button>
      {props.isNew && (
        <Checkbox
          label={text.enableNow}
          checked={props.enabled}
          onChange={event => props.onEnabled(event.currentTarget.checked)}
        />
      )}
    </div>
  )
}

function saidOf(error: unknown, messages: ReturnType<typeof useMessages>): string {
  const { happened, todo } = explain(error, messages)
  return todo === undefined ? happened : `${happened} ${todo}`
}
