import { Anchor } from '@mantine/core'
import { NotFound } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type RuleOut, ruleQuery, ruleTemplatesQuery } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { NotAllowed } from '../../ui/NotAllowed.tsx'
import { Page } from '../../ui/Page.tsx'
import { draftOf } from './draft.ts'
import { Editor } from './Editor.tsx'
import { draftKept, type Kept } from './kept.ts'

interface Props {
  readonly site: string
  readonly rule: string
  readonly mayChange: boolean
  readonly onSaved: (rule: RuleOut) => void
  readonly onLeave: () => void
  /** What was written before one left for the lab. */
  readonly kept: Kept | undefined
  readonly onPlay: (lab: ForLab, kept: Kept) => void
}

/** A rule that exists is changed; what is saved becomes its next version. */
export default function EditRulePage({ site, rule: id, mayChange, kept, onSaved, onLeave, onPlay }: Props) {
  const { rules: text } = useMessages()
  const rule = useQuery(ruleQuery(site, id))
  const templates = useQuery(ruleTemplatesQuery)
  const title = text.editTitle(rule.data?.name ?? id)
  if (!mayChange) return <NotAllowed title={title}>{text.mayNot}</NotAllowed>
  const failed = rule.data === undefined ? rule : templates
  return (
    <Page
      title={title}
      above={
        <Anchor
          size="sm"
          renderRoot={rest => <Link {...rest} to="/sites/$site/rules/$rule" params={{ site, rule: id }} />}
        >
          ← {rule.data?.name ?? id}
        </Anchor>
      }
    >
      {rule.data !== undefined && templates.data !== undefined ? (
        // What is being written stays, whatever the rule does meanwhile.
        <Editor
          key={id}
          site={site}
          rule={rule.data}
          initial={draftKept(kept, rule.data.version, draftOf(rule.data, templates.data))}
          onSaved={onSaved}
          onLeave={onLeave}
          onPlay={(lab, kept) => onPlay({ ...lab, written: { rule: id } }, kept)}
        />
      ) : failed.isError ? (
        <Card {...(failed.error instanceof NotFound && { title: text.notHere })}>
          <Failure error={failed.error} onRetry={() => failed.refetch()} />
        </Card>
      ) : (
        <RowsSkeleton rows={4} />
      )}
    </Page>
  )
}
