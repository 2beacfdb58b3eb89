import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Compiled, ruleCheckQuery, type Saying } from '../../api/rules.ts'
import { type Draft, sayingOf } from './draft.ts'

/** While one types nothing is asked, ms. */
const restMs = 300

export interface Check {
  /** The newest answer; it may be of what was written a moment ago. */
  readonly data: Compiled | undefined
  readonly error: unknown
  /** Whether the answer is about what is written now. */
  readonly fresh: boolean
}

const nothing: Saying = { definition: { kind: 'epl', text: '' }, actions: [] }

/** What the rule would be, asked whenever writing rests. */
export function useCheck(site: string, draft: Draft, id: string | undefined): Check {
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
