import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type RuleOut,
  type RuleVersionOut,
  refreshRules,
  ruleVersionsQuery,
  updateRule,
} from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Dialog, DialogActions } from '../../ui/Dialog.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import { usePersonName } from '../../ui/usePersonName.ts'
import classes from './Versions.module.css'
import { type Difference, differences } from './versions.ts'

interface Props {
  readonly rule: RuleOut
  readonly mayChange: boolean
}

/** What the rule was, by whom and when; it can be compared with and gone back to. */
export function Versions({ rule, mayChange }: Props) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const versions = useQuery(ruleVersionsQuery(rule.site, rule.id))
  const nameOf = useWho(rule.site, mayChange)
  const [compared, setCompared] = useState<RuleVersionOut | null>(null)
  const [wanted, setWanted] = useState<RuleVersionOut | null>(null)
  if (versions.data === undefined)
    return versions.isError ? (
      <Card title={text.versions}>
        <Failure error={versions.error} onRetry={() => versions.refetch()} />
      </Card>
    ) : (
      <RowsSkeleton rows={2} rowHeight={40} />
    )
  return (
    <Card title={text.versions}>
      <PlainTable
        label={text.versions}
        columns={[{ name: text.version }, { name: text.when, keep: true }, { name: text.who }, { name: '' }]}
        rows={versions.data.map(one => ({
          key: one.version,
          cells: [
            one.version === rule.version
              ? `${format.count(one.version)} (${text.current})`
              : format.count(one.version),
            format.dateTime(one.changedAt),
            nameOf(one.changedBy),
            one.version !== rule.version && (
              <span key="deeds" className={classes.deeds}>
                <Deed name={text.compare} of={one} onClick={() => setCompared(one)} />
                {mayChange && <Deed name={text.goBack} of={one} onClick={() => setWanted(one)} />}
              </span>
            ),
          ],
        }))}
      />
      {compared !== null && (
        <Compared
          rule={rule}
          with={compared}
          mayChange={mayChange}
          onGoBack={() => {
            setWanted(compared)
            setCompared(null)
          }}
          onClose={() => setCompared(null)}
        />
      )}
      {wanted !== null && <GoBack rule={rule} to={wanted} onClose={() => setWanted(null)} />}
    </Card>
  )
}

function Deed({ name, of, onClick }: { name: string; of: RuleVersionOut; onClick: () => void }) {
  const { rules: text } = useMessages()
  const format = useFormat()
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      aria-label={`${name}: ${text.versionName(format.count(of.version))}`}
      onClick={onClick}
    >
      {name}
    </Button>
  )
}

function GoBack({ rule, to, onClose }: { rule: RuleOut; to: RuleVersionOut; onClose: () => void }) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const client = useQueryClient()
  const { definition, actions } = to
  return (
    <Confirm
      title={text.goBackTitle(format.count(to.version))}
      label={text.goBack}
      run={() => updateRule(rule.site, rule.id, { definition, actions })}
      onClose={onClose}
      onDone={() => refreshRules(client, rule.site).then(onClose)}
    >
      <p>{text.goBackMeans}</p>
    </Confirm>
  )
}

function Compared({
  rule,
  with: other,
  mayChange,
  onGoBack,
  onClose,
}: Props & { with: RuleVersionOut; onGoBack: () => void; onClose: () => void }) {
  const { rules: text, common } = useMessages()
  const format = useFormat()
  const differ = differences(other, rule)
  return (
    <Dialog
      title={text.compareTitle(format.count(other.version), format.count(rule.version))}
      onClose={onClose}
    >
      {differ.length === 0 ? (
        <p>{text.noDifference}</p>
      ) : (
        <dl className={classes.differences}>
          {differ.map(difference => (
            <Differing key={difference.name} {...difference} />
          ))}
        </dl>
      )}
      <DialogActions>
        <Button variant="default" onClick={onClose}>
          {common.close}
        </Button>
        {mayChange && <Button onClick={onGoBack}>{text.goBack}</Button>}
      </DialogActions>
    </Dialog>
  )
}

function Differing({ name, before, after }: Difference) {
  return (
    <div>
      <dt>{name}</dt>
      {before !== null && (
        <dd>
          <del>{before}</del>
        </dd>
      )}
      {after !== null && (
        <dd>
          <ins>{after}</ins>
        </dd>
      )}
    </div>
  )
}

/** Who has no right to the list of members is told what kind of one it was. */
function useWho(site: string, mayAsk: boolean): (who: RuleVersionOut['changedBy']) => string {
  const { rules: text } = useMessages()
  const personName = usePersonName(site, mayAsk, text.you)
  return ({ kind, id }) => {
    if (kind === 'token') return `${text.token} ${id}`
    return kind === 'person' ? (personName(id) ?? text.person) : text.system
  }
}
