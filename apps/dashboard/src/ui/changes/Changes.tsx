import { Button } from '@mantine/core'
import type { Change, Profile } from '@ohmstead/sdk'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { ohmstead } from '../../api/ohmstead.ts'
import { membersQuery, profileQuery, siteKey } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Failure } from '../Failure.tsx'
import { RowsSkeleton } from '../ListSkeleton.tsx'
import { PlainTable } from '../PlainTable.tsx'
import classes from './Changes.module.css'
import { actionKey, differences, thingOf } from './differences.ts'

interface Props {
  readonly site: string
  /** Only of this thing and what lies below it. */
  readonly what?: string
}

/** Who changed what and when, newest first; for owners. */
export function Changes({ site, what }: Props) {
  const { changes: text, common } = useMessages()
  const format = useFormat()
  const nameOf = useNames(site)
  const thing = ({ what }: Change) =>
    /\/(members|people)\/[^/]+$/.test(what) ? nameOf({ kind: 'person', id: thingOf(what) }) : thingOf(what)
  const pages = useInfiniteQuery({
    queryKey: [...siteKey(site), 'changes', what ?? ''],
    queryFn: ({ pageParam, signal }) =>
      ohmstead.changes(
        site,
        {
          limit: 30,
          ...(what === undefined ? {} : { what }),
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 15_000,
  })
  if (pages.data === undefined)
    return pages.isError ? (
      <Failure error={pages.error} onRetry={() => pages.refetch()} />
    ) : (
      <RowsSkeleton rows={4} rowHeight={40} />
    )
  const entries = pages.data.pages.flatMap(({ items }) => items)
  if (entries.length === 0) return <p className={classes.none}>{text.none}</p>
  return (
    <>
      <PlainTable
        label={text.title}
        columns={[{ name: text.when, keep: true }, { name: text.who }, { name: text.change }]}
        rows={entries.map(entry => ({
          key: entry.seq,
          cells: [
            format.dateTime(entry.time),
            nameOf(entry.who),
            <Deed key="deed" entry={entry} thing={thing(entry)} />,
          ],
        }))}
      />
      {pages.hasNextPage && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={pages.isFetchingNextPage}
          onClick={() => pages.fetchNextPage()}
        >
          {common.more}
        </Button>
      )}
    </>
  )
}

function Deed({ entry: { action, before, after }, thing }: { entry: Change; thing: string }) {
  const { changes: text } = useMessages()
  const actions: Readonly<Record<string, string>> = text.actions
  const changed = differences(before, after)
  return (
    <>
      {actions[actionKey(action)] ?? action} <code className={classes.thing}>{thing}</code>
      {changed.map(({ field, before, after }) => (
        <span key={field} className={classes.field}>
          {field}: <del>{before}</del> → <ins>{after}</ins>
        </span>
      ))}
    </>
  )
}

/** Names of those who have one here; the platform's own parts and programs by their kind. */
function useNames(site: string): (who: Change['who']) => string {
  const { changes: text } = useMessages()
  const profile = useQueryClient().getQueryData<Profile | null>(profileQuery.queryKey)
  const members = useQuery(membersQuery(site))
  return ({ kind, id }) => {
    if (kind === 'token') return `${text.token} ${id}`
    if (kind !== 'person') return text.system
    if (id === profile?.id) return profile.name
    return members.data?.find(({ person }) => person === id)?.name ?? id
  }
}
