import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useDeferredValue, useMemo } from 'react'
import { type RuleOut, rulesQuery } from '../../api/rules.ts'
import { openAlertsQuery } from '../../api/said.ts'
import { useFormat, useMessages, useReader } from '../../i18n/context.tsx'
import { useSentences } from '../../parts/said/useSentences.ts'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { FlatTable } from '../../ui/FlatTable.tsx'
import { PlusIcon } from '../../ui/icons.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Page } from '../../ui/Page.tsx'
import words from '../../ui/words.module.css'
import { Gallery } from './Gallery.tsx'
import { found, openOf, type RulesSearch } from './list.ts'
import { RuleRow, RuleRowNames } from './RuleRow.tsx'
import classes from './RulesPage.module.css'
import { useFollowSaid } from './useFollowSaid.ts'

interface Props {
  readonly site: string
  readonly search: RulesSearch
  readonly onSearch: (search: RulesSearch) => void
  readonly mayChange: boolean
}

/** Every rule of the site: what it says, whether it runs, what it said last, what it costs. */
export default function RulesPage(props: Props) {
  const { site, mayChange } = props
  const { nav, rules: text } = useMessages()
  const rules = useQuery(rulesQuery(site))
  useFollowSaid(site)
  const some = rules.data !== undefined && rules.data.length > 0
  return (
    <Page title={nav.rules} lead={text.lead} aside={some && mayChange && <Create site={site} />}>
      {rules.data === undefined ? (
        rules.isError ? (
          <Card>
            <Failure error={rules.error} onRetry={() => rules.refetch()} />
          </Card>
        ) : (
          <RowsSkeleton rows={5} rowHeight={88} />
        )
      ) : rules.data.length === 0 ? (
        <Empty site={site} mayChange={mayChange} />
      ) : (
        <List {...props} rules={rules.data} />
      )}
    </Page>
  )
}

function Create({ site }: { site: string }) {
  const { rules: text } = useMessages()
  return (
    <Button
      size="xs"
      leftSection={<PlusIcon />}
      renderRoot={props => <Link {...props} to="/sites/$site/rules/-/new" params={{ site }} />}
    >
      {text.create}
    </Button>
  )
}

function List({ site, search, onSearch, mayChange, rules }: Props & { rules: readonly RuleOut[] }) {
  const { rules: text } = useMessages()
  const { locale } = useReader()
  const format = useFormat()
  const alerts = useQuery(openAlertsQuery(site))
  const open = useMemo(() => openOf(alerts.data ?? []), [alerts.data])
  const q = useDeferredValue(search.q ?? '')
  const said = useSentences(site)
  const rows = useMemo(
    () => found(rules, q, { locale, sentenceOf: rule => said(rule) ?? rule.sentence }),
    [rules, q, locale, said],
  )
  const ask = (q: string) => onSearch(q === '' ? {} : { q })
  return (
    <>
      <TextInput
        type="search"
        aria-label={text.search}
        placeholder={text.search}
        value={search.q ?? ''}
        onChange={event => ask(event.currentTarget.value)}
      />
      <Card flush>
        <FlatTable aria-label={text.rule} aria-rowcount={rows.length + 1}>
          <RuleRowNames />
          {rows.map(rule => (
            <RuleRow
              key={rule.id}
              rule={rule}
              open={alerts.data === undefined ? null : (open.get(rule.id) ?? 0)}
              mayChange={mayChange}
            />
          ))}
        </FlatTable>
        <p className={classes.foot} role="status">
          {rows.length === 0
            ? text.noMatch
            : text.shownOf(rules.length, format.count(rows.length), format.count(rules.length))}
          {rows.length < rules.length && (
            <Button variant="subtle" size="compact-sm" onClick={() => ask('')}>
              {text.showAll}
            </Button>
          )}
        </p>
      </Card>
    </>
  )
}

function Empty({ site, mayChange }: { site: string; mayChange: boolean }) {
  const { rules: text } = useMessages()
  return (
    <>
      <Card className={classes.empty}>
        <h2 className={classes.emptyTitle}>{text.empty}</h2>
        <p className={words.note}>{mayChange ? text.emptyHint : text.emptyRead}</p>
      </Card>
      {mayChange && <Gallery site={site} />}
    </>
  )
}
