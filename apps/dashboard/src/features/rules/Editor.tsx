import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useMemo, useRef, useState } from 'react'
import {
  type Compiled,
  createRule,
  type RuleOut,
  refreshRules,
  ruleCheckQuery,
  rulesQuery,
  type Saying,
  updateRule,
} from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { RuleSentence } from '../../parts/said/RuleSentence.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { ActionsForm } from './ActionsForm.tsx'
import { judgeable } from './actions.ts'
import { Cases } from './Cases.tsx'
import { type Draft, freeId, isSameSaying, nameFor, written } from './draft.ts'
import { EplSide } from './epl/EplSide.tsx'
import { faultOf } from './epl/fault.ts'
import { byParameter } from './form/fields.ts'
import { TemplateForm } from './form/TemplateForm.tsx'
import { type Things, useThings } from './form/useThings.ts'
import type { Kept } from './kept.ts'
import classes from './Rules.module.css'
import { templateText } from './texts.ts'
import { TryIt } from './trial/TryIt.tsx'

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

/** While one types nothing is asked, ms. */
const restMs = 300

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
          <div className={classes.form}>
            <TextInput
              label={text.name}
              maxLength={120}
              value={name}
              error={tried && name.trim() === '' ? text.needed : refused.name}
              onChange={event => change({ name: event.currentTarget.value })}
            />
          </div>
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
      <Trial
        site={site}
        rule={rule}
        draft={draft}
        things={things}
        needs={check.error === null ? check.data : undefined}
        onPlay={lab => onPlay(lab, { draft, version: rule?.version ?? null })}
      />
    </>
  )
}

interface WatchesProps {
  readonly site: string
  readonly draft: Draft
  readonly things: Things
  readonly view: View
  readonly check: Check
  readonly fault: ReturnType<typeof faultOf>
  readonly refused: Readonly<Record<string, string>>
  /** Parameters without a value, which are only told of once somebody has tried to save. */
  readonly missing: readonly string[]
  readonly tried: boolean
  readonly onView: (view: View) => void
  readonly onChange: (part: Partial<Draft>) => void
}

type View = 'form' | 'epl'

/** What the rule looks at and for: as a form, as EPL, and how one comes from the one to the other. */
function Watches({ site, draft, things, view, check, onView, onChange, ...judged }: WatchesProps) {
  const { rules: text } = useMessages()
  const { fault, refused, missing, tried } = judged
  const isTemplate = draft.template !== null
  const views = (
    <SegmentedControl
      size="xs"
      aria-label={text.view}
      value={view}
      onChange={choice => onView(choice as View)}
      data={[
        { value: 'form', label: text.form },
        { value: 'epl', label: text.epl },
      ]}
    />
  )
  const backToForm = () => {
    onChange({ text: null })
    onView('form')
  }
  return (
    <Card title={text.watches} aside={isTemplate && views}>
      {isTemplate && draft.text !== null && <Detached onBack={backToForm} />}
      {view === 'epl' ? (
        <EplSide
          site={site}
          draft={draft}
          compiled={check.data?.definition.kind === 'template' ? check.data.epl : undefined}
          incomplete={missing.length > 0}
          fault={fault}
          things={things}
          onText={written => onChange({ text: written })}
        />
      ) : (
        draft.text === null && (
          <TemplateForm
            draft={draft}
            things={things}
            missing={tried ? missing : []}
            refused={byParameter(refused)}
            onChange={parameters => onChange({ parameters })}
          />
        )
      )}
    </Card>
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

interface Check {
  /** The newest answer; it may be of what was written a moment ago. */
  readonly data: Compiled | undefined
  readonly error: unknown
  /** Whether the answer is about what is written now. */
  readonly fresh: boolean
}

const nothing: Saying = { definition: { kind: 'epl', text: '' }, actions: [] }

/** What the rule would be, asked whenever writing rests. */
function useCheck(site: string, draft: Draft, id: string | undefined): Check {
  const saying = useMemo(() => sayingOf(draft), [draft])
  const [asked] = useDebouncedValue(saying, restMs)
  const answer = useQuery({
    ...ruleCheckQuery(site, { ...(asked ?? nothing), id }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
  })
  const fresh = asked === saying && !answer.isPlaceholderData && !answer.isFetching
  return {
    data: asked === null ? undefined : answer.data,
    error: asked === null ? null : answer.error,
    fresh,
  }
}

function sayingOf(draft: Draft): Saying | null {
  const { definition } = written(draft)
  const actions = judgeable(draft.actions)
  return definition === null || actions.length === 0 ? null : { definition, actions }
}

function useSave({
  site,
  rule,
  name,
  enabled,
  onSaved,
}: Pick<Props, 'site' | 'rule' | 'onSaved'> & { name: string; enabled: boolean }) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (saying: Saying) => {
      if (rule !== null)
        return updateRule(site, rule.id, { name: name.trim(), ...(!isSameSaying(rule, saying) && saying) })
      const others = await client.fetchQuery(rulesQuery(site))
      const id = freeId(
        name,
        others.map(one => one.id),
      )
      return createRule(site, { id, name: name.trim(), enabled, ...saying })
    },
    onSuccess: async saved => {
      await refreshRules(client, site)
      onSaved(saved)
    },
  })
}

function Detached({ onBack }: { onBack: () => void }) {
  const { rules: text } = useMessages()
  return (
    <div className={classes.detached}>
      <Notice
        tone="info"
        title={`${text.detached}.`}
        action={
          <Button size="xs" variant="default" onClick={onBack}>
            {text.backToForm}
          </Button>
        }
      >
        <p>
          {text.detachedMeans} {text.backToFormMeans}
        </p>
      </Notice>
    </div>
  )
}

/** The rule as it is understood. It is there from the first letter on, so that what changes is heard. */
function Words({
  site,
  check,
  incomplete,
  reason,
}: {
  site: string
  check: Check
  incomplete: boolean
  reason: string | null
}) {
  const messages = useMessages()
  const { rules: text } = messages
  const failed = check.error !== null
  return (
    <p className={classes.words} role="status" data-fresh={check.fresh || undefined}>
      {incomplete ? (
        <span className={classes.note}>{text.wordsWait}</span>
      ) : failed ? (
        <span className={classes.fault}>{reason ?? `${explain(check.error, messages).happened} `}</span>
      ) : check.data === undefined ? (
        <span className={classes.note}>{messages.common.loading} …</span>
      ) : (
        <span className={classes.sentence}>
          <RuleSentence site={site} rule={check.data} />
        </span>
      )}
    </p>
  )
}

/** The draft over the past, beside what is saved when that differs. */
function Trial({
  site,
  rule,
  draft,
  things,
  needs,
  onPlay,
}: {
  site: string
  rule: RuleOut | null
  draft: Draft
  things: Things
  needs: Compiled | undefined
  onPlay: (lab: ForLab) => void
}) {
  const { rules: text } = useMessages()
  const [beside, setBeside] = useState(true)
  const saying = useMemo(() => sayingOf(draft), [draft])
  const tests = rule !== null && (
    <Cases site={site} rule={rule.id} draft={saying} mayRemove={false} nameOf={things.nameOf} />
  )
  const differs = rule !== null && saying !== null && !isSameSaying(rule, saying)
  const subjects = useMemo(() => {
    if (saying === null) return []
    const own = { name: text.draft, saying, rule: differs ? undefined : rule?.id }
    return differs && beside ? [own, { name: text.saved, saying: rule, rule: rule.id }] : [own]
  }, [saying, differs, beside, rule, text])
  return (
    <>
      <TryIt
        site={site}
        subjects={subjects}
        needs={needs?.needs ?? null}
        heads={things.heads}
        nameOf={things.nameOf}
        onPlay={onPlay}
        tools={
          differs && (
            <Checkbox
              label={text.compareSaved}
              checked={beside}
              onChange={event => setBeside(event.currentTarget.checked)}
            />
          )
        }
      />
      {tests}
    </>
  )
}
