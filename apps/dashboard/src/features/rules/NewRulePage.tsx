import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type RuleOut, type RuleTemplate, ruleTemplatesQuery } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { NotAllowed } from '../../ui/NotAllowed.tsx'
import { Page } from '../../ui/Page.tsx'
import { newDraft } from './draft.ts'
import { Editor } from './Editor.tsx'
import { Gallery } from './Gallery.tsx'
import { draftKept, type Kept } from './kept.ts'
import { templateText } from './texts.ts'

interface Props {
  readonly site: string
  /** Name of a template, `epl`, or undefined while nothing is chosen. */
  readonly of: string | undefined
  readonly mayChange: boolean
  readonly onSaved: (rule: RuleOut) => void
  readonly onLeave: () => void
  /** What was written before one left for the lab. */
  readonly kept: Kept | undefined
  readonly onPlay: (lab: ForLab, kept: Kept) => void
}

/** A rule is made: first what kind of one, then its form. */
export default function NewRulePage(props: Props) {
  const messages = useMessages()
  const { rules: text } = messages
  const templates = useQuery(ruleTemplatesQuery)
  if (!props.mayChange) return <NotAllowed title={text.newTitle}>{text.mayNot}</NotAllowed>
  const template = templates.data?.find(({ name }) => name === props.of) ?? null
  if (props.of === undefined || (templates.data !== undefined && template === null && props.of !== 'epl'))
    return (
      <Page title={text.newTitle} lead={text.newLead} above={<ToRules site={props.site} />}>
        <Gallery site={props.site} />
      </Page>
    )
  const about =
    template === null
      ? { title: text.writeEpl, description: text.writeEplMeans }
      : templateText(messages, template)
  return (
    <Page
      title={about.title}
      lead={about.description}
      above={
        <Anchor
          size="sm"
          renderRoot={rest => (
            <Link {...rest} to="/sites/$site/rules/-/new" params={{ site: props.site }} search={{}} />
          )}
        >
          ← {text.otherTemplate}
        </Anchor>
      }
    >
      {templates.data === undefined ? (
        templates.isError ? (
          <Card>
            <Failure error={templates.error} onRetry={() => templates.refetch()} />
          </Card>
        ) : (
          <RowsSkeleton rows={4} />
        )
      ) : (
        <Fresh key={props.of} {...props} template={template} />
      )}
    </Page>
  )
}

function Fresh({ template, kept, onPlay, ...props }: Props & { template: RuleTemplate | null }) {
  const written = { of: template?.name ?? 'epl' }
  return (
    <Editor
      {...props}
      rule={null}
      initial={draftKept(kept, null, newDraft(template))}
      onPlay={(lab, kept) => onPlay({ ...lab, written }, kept)}
    />
  )
}

export function ToRules({ site }: { site: string }) {
  const { rules: text } = useMessages()
  return (
    <Anchor size="sm" renderRoot={rest => <Link {...rest} to="/sites/$site/rules" params={{ site }} />}>
      ← {text.back}
    </Anchor>
  )
}
