import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ruleTemplatesQuery } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import words from '../../ui/words.module.css'
import classes from './Gallery.module.css'
import { templateText } from './texts.ts'

/** What can be filled in, and what it tells, one sentence each; or an empty sheet of EPL. */
export function Gallery({ site }: { site: string }) {
  const messages = useMessages()
  const { rules: text } = messages
  const templates = useQuery(ruleTemplatesQuery)
  if (templates.data === undefined)
    return templates.isError ? (
      <Card>
        <Failure error={templates.error} onRetry={() => templates.refetch()} />
      </Card>
    ) : (
      <RowsSkeleton rows={5} rowHeight={88} />
    )
  const choices = [
    ...templates.data.map(template => ({ key: template.name, ...templateText(messages, template) })),
    { key: 'epl', title: text.writeEpl, description: text.writeEplMeans },
  ]
  return (
    <ul className={classes.gallery} aria-label={text.templatesLabel}>
      {choices.map(({ key, title, description }) => (
        <li key={key} className={classes.choice}>
          <Link
            className={classes.choiceTitle}
            to="/sites/$site/rules/-/new"
            params={{ site }}
            search={{ of: key }}
          >
            {title}
          </Link>
          <p className={words.note}>{description}</p>
        </li>
      ))}
    </ul>
  )
}
