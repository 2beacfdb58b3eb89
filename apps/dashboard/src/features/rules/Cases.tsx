import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type CaseResult,
  type RuleCaseOut,
  removeCase,
  ruleCasesQuery,
  runCases,
  type Saying,
} from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { CheckIcon, OffShape, WarnIcon } from '../../ui/icons.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import mark from '../../ui/StateMark.module.css'
import words from '../../ui/words.module.css'
import classes from './Cases.module.css'

interface Props {
  readonly site: string
  readonly rule: string
  /** What is run instead of what is saved; null while it says nothing yet. */
  readonly draft?: Saying | null
  readonly mayRemove: boolean
  readonly nameOf: (device: string) => string
}

/** What the rule said once and has to say again, and whether it does. Nothing stands here while nothing was kept. */
export function Cases({ site, rule, draft, mayRemove, nameOf }: Props) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const cases = useQuery(ruleCasesQuery(site, rule))
  const [unwanted, setUnwanted] = useState<RuleCaseOut | null>(null)
  const client = useQueryClient()
  const run = useMutation({ mutationFn: (saying: Saying | null) => runCases(site, rule, saying) })
  if (cases.data === undefined)
    return cases.isError ? (
      <Card title={text.cases}>
        <Failure error={cases.error} onRetry={() => cases.refetch()} />
      </Card>
    ) : null
  if (cases.data.length === 0) return null
  const results = new Map(run.data?.map(result => [result.id, result]))
  return (
    <Card
      title={text.cases}
      aside={
        <Button
          size="xs"
          variant="light"
          loading={run.isPending}
          disabled={draft === null}
          onClick={() => run.mutate(draft ?? null)}
        >
          {draft === undefined ? text.runCases : text.runCasesDraft}
        </Button>
      }
    >
      <p className={words.note}>{text.casesMean}</p>
      {run.error !== null && <Failure error={run.error} onRetry={() => run.mutate(draft ?? null)} />}
      <PlainTable
        label={text.cases}
        columns={[
          { name: text.name },
          { name: text.period },
          { name: text.kept },
          { name: text.outcome },
          ...(mayRemove ? [{ name: '' }] : []),
        ]}
        rows={cases.data.map(one => ({
          key: one.id,
          cells: [
            one.name,
            format.dateTimes(one.from, one.to),
            text.keptCount(one.expected.length, format.count(one.expected.length)),
            <Result key="result" result={results.get(one.id)} nameOf={nameOf} />,
            ...(mayRemove
              ? [
                  <Button
                    key="remove"
                    size="compact-sm"
                    variant="subtle"
                    aria-label={`${text.remove}: ${one.name}`}
                    onClick={() => setUnwanted(one)}
                  >
                    {text.remove}
                  </Button>,
                ]
              : []),
          ],
        }))}
      />
      {unwanted !== null && (
        <Confirm
          title={text.removeTitle(unwanted.name)}
          label={text.remove}
          run={() => removeCase(site, rule, unwanted.id)}
          onClose={() => setUnwanted(null)}
          onDone={() =>
            client
              .invalidateQueries({ queryKey: ruleCasesQuery(site, rule).queryKey })
              .then(() => setUnwanted(null))
          }
        >
          <p>{text.removeCaseMeans}</p>
        </Confirm>
      )}
    </Card>
  )
}

const marks = { passed: 'live', failed: 'silent' } as const

/** Shape and word; then what is missing and what is new. */
function Result({ result, nameOf }: { result: CaseResult | undefined } & Pick<Props, 'nameOf'>) {
  const { rules: text } = useMessages()
  if (result === undefined) return <span role="status">–</span>
  const state = result.passed === null ? 'unknown' : result.passed ? 'passed' : 'failed'
  const Shape = { passed: CheckIcon, failed: WarnIcon, unknown: OffShape }[state]
  return (
    <div role="status" className={classes.caseResult}>
      <span className={mark.mark} data-state={state === 'unknown' ? undefined : marks[state]}>
        <Shape size={14} />
        {text.caseStates[state]}
      </span>
      {result.note !== null && <span className={words.note}>{result.note}</span>}
      <Differing title={text.missing} said={result.missing} nameOf={nameOf} />
      <Differing title={text.unexpected} said={result.unexpected} nameOf={nameOf} />
    </div>
  )
}

const most = 5

function Differing({
  title,
  said,
  nameOf,
}: { title: string; said: CaseResult['missing'] } & Pick<Props, 'nameOf'>) {
  const { rules: text } = useMessages()
  const format = useFormat()
  if (said.length === 0) return null
  return (
    <span className={words.note}>
      {title}:{' '}
      {said
        .slice(0, most)
        .map(({ kind, key, time }) => `${text.kinds[kind]} ${nameOf(key)}, ${format.dateTime(time)}`)
        .join('; ')}
      {said.length > most && ` … (${format.count(said.length)})`}
    </span>
  )
}
