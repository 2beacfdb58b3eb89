import { Button, Select } from '@mantine/core'
import { NotFound } from '@ohmstead/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import {
  type RuleOut,
  type RuleVersionOut,
  refreshRules,
  removeRule,
  ruleCheckQuery,
  ruleQuery,
  ruleVersionsQuery,
} from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Page } from '../../ui/Page.tsx'
import { Cases } from './Cases.tsx'
import { useThings } from './form/useThings.ts'
import { KeepCase } from './KeepCase.tsx'
import { ToRules } from './NewRulePage.tsx'
import { OnOff } from './OnOff.tsx'
import { RuleAlerts } from './RuleAlerts.tsx'
import { RuleEvents } from './RuleEvents.tsx'
import classes from './RulePage.module.css'
import { RuleStateMark } from './RuleStateMark.tsx'
import { RuleWords } from './RuleWords.tsx'
import { TryIt } from './trial/TryIt.tsx'
import { useFollowSaid } from './useFollowSaid.ts'
import { Versions } from './Versions.tsx'
import { Work } from './Work.tsx'

interface Props {
  readonly site: string
  readonly rule: string
  readonly mayChange: boolean
  readonly onRemoved: () => void
  /** Takes the rule to the lab of replays. */
  readonly onPlay: (lab: ForLab) => void
}

/** One rule: how it is doing, what it said, what it would have said, what it was. */
export default function RulePage(props: Props) {
  const { rules: text } = useMessages()
  const rule = useQuery(ruleQuery(props.site, props.rule))
  if (rule.data !== undefined && !(rule.error instanceof NotFound))
    return <Known {...props} known={rule.data} />
  return (
    <Page title={props.rule} above={<ToRules site={props.site} />}>
      {rule.error instanceof NotFound ? (
        <Card title={text.notHere}>
          <p>{text.notHereMeans}</p>
        </Card>
      ) : rule.isError ? (
        <Card>
          <Failure error={rule.error} onRetry={() => rule.refetch()} />
        </Card>
      ) : (
        <RowsSkeleton rows={5} />
      )}
    </Page>
  )
}

function Known({ site, known, mayChange, onRemoved, onPlay }: Props & { known: RuleOut }) {
  const { rules: text } = useMessages()
  const { things } = useThings(site)
  useFollowSaid(site, known.id)
  const nameOf = things?.nameOf ?? (id => id)
  const { state, reason } = known.status
  return (
    <Page
      title={known.name}
      above={<ToRules site={site} />}
      lead={<RuleWords rule={known} />}
      aside={
        <div className={classes.tools}>
          <RuleStateMark state={state} />
          {mayChange && <OnOff rule={known} />}
          {mayChange && (
            <Button
              size="xs"
              variant="default"
              renderRoot={props => (
                <Link {...props} to="/sites/$site/rules/$rule/edit" params={{ site, rule: known.id }} />
              )}
            >
              {text.edit}
            </Button>
          )}
        </div>
      }
    >
      {(state === 'stopped' || state === 'failed') && (
        <Notice tone="bad" title={text.explain[state]}>
          <p>
            {reason !== null && `${reason.replace(/\.$/, '')}. `}
            {mayChange && text.todo[state]}
          </p>
        </Notice>
      )}
      <RuleAlerts site={site} rule={known.id} mayChange={mayChange} nameOf={nameOf} />
      <Past known={known} things={things} mayChange={mayChange} onPlay={onPlay} />
      <Cases site={site} rule={known.id} mayRemove={mayChange} nameOf={nameOf} />
      <RuleEvents site={site} rule={known.id} units={known.units} nameOf={nameOf} />
      <Versions rule={known} mayChange={mayChange} />
      <div className={classes.columns}>
        <Card title={text.runs} aside={<CopyText text={known.epl} />}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
          <section className={classes.eplText} aria-label={text.eplLabel} tabIndex={0}>
            <pre>{known.epl}</pre>
          </section>
        </Card>
        <Work status={known.status} />
      </div>
      {mayChange && <Remove rule={known} onRemoved={onRemoved} />}
    </Page>
  )
}

/** What it would have said, alone or beside another of its versions. */
function Past({
  known,
  things,
  mayChange,
  onPlay,
}: {
  known: RuleOut
  things: ReturnType<typeof useThings>['things']
} & Pick<Props, 'mayChange' | 'onPlay'>) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const versions = useQuery(ruleVersionsQuery(known.site, known.id))
  const check = useQuery(ruleCheckQuery(known.site, known))
  const [chosen, setChosen] = useState<string | null>(null)
  const others = (versions.data ?? []).filter(({ version }) => version !== known.version)
  const other = others.find(({ version }) => String(version) === chosen)
  const subjects = useMemo(() => {
    const named = (one: RuleOut | RuleVersionOut) => ({
      name: text.versionName(format.count(one.version)),
      saying: { ...one, id: known.id },
      rule: one.version === known.version ? known.id : undefined,
    })
    return other === undefined ? [named(known)] : [named(known), named(other)]
  }, [known, other, text, format])
  return (
    <TryIt
      site={known.site}
      subjects={subjects}
      looks={check.data ?? null}
      heads={things?.heads ?? []}
      nameOf={things?.nameOf ?? (id => id)}
      onPlay={mayChange ? onPlay : undefined}
      after={
        mayChange
          ? range => <KeepCase key={range.to} site={known.site} rule={known.id} range={range} />
          : undefined
      }
      tools={
        others.length > 0 && (
          <Select
            className={classes.beside!}
            aria-label={text.compareWith}
            placeholder={text.compareWith}
            data={others.map(({ version }) => ({
              value: String(version),
              label: text.versionName(format.count(version)),
            }))}
            clearable
            value={chosen}
            onChange={setChosen}
          />
        )
      }
    />
  )
}

function Remove({ rule, onRemoved }: { rule: RuleOut; onRemoved: () => void }) {
  const { rules: text } = useMessages()
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const gone = () => {
    onRemoved()
    void refreshRules(client, rule.site)
  }
  return (
    <div className={classes.end}>
      <Button variant="outline" color="red.8" className={classes.danger!} onClick={() => setAsked(true)}>
        {text.remove}
      </Button>
      {asked && (
        <Confirm
          title={text.removeTitle(rule.name)}
          label={text.remove}
          run={() => removeRule(rule.site, rule.id)}
          onClose={() => setAsked(false)}
          onDone={gone}
        >
          <p>{text.removeMeans}</p>
          {rule.enabled && <p>{text.removeInstead}</p>}
        </Confirm>
      )}
    </div>
  )
}
