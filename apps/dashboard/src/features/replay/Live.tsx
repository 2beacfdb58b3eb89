import { Button } from '@mantine/core'
import type { Replay } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { sitesQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Controls } from './Controls.tsx'
import classes from './Live.module.css'
import { ModeMeans } from './ModeMeans.tsx'
import { spanText } from './period.ts'
import { Rail } from './Rail.tsx'
import type { RunningProps } from './Running.tsx'
import { Axis } from './Scrubber.tsx'
import { State } from './State.tsx'

/** How far it is; what follows from it is on the site's other pages, as from any new reading. */
export function Live({ site, onSearch, mayStart, replay }: RunningProps & { replay: Replay }) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const { progress, sent, total, rejected, lateMs } = replay
  const source = useQuery(sitesQuery).data?.find(({ id }) => id === replay.source)?.name ?? replay.source
  return (
    <>
      <Card>
        <State replay={replay} />
        <Controls replay={replay} mayStart={mayStart} onFresh={() => onSearch({ fresh: true }, false)} />
        <div className={classes.progress}>
          <div
            className={classes.still}
            role="progressbar"
            aria-label={text.progress}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.floor(progress * 100)}
          >
            <Rail played={progress} />
          </div>
          <Axis span={replay} />
        </div>
        <dl className={classes.facts}>
          <Fact name={text.source}>{source}</Fact>
          <Fact name={text.sent}>
            {total === null ? format.count(sent) : text.of(format.count(sent), format.count(total))}
          </Fact>
          <Fact name={text.rejected}>{format.count(rejected)}</Fact>
          <Fact name={text.behind}>{lateMs < 1000 ? text.inTime : spanText(lateMs, format.locale)}</Fact>
        </dl>
        <Button
          size="xs"
          variant="default"
          renderRoot={props => <Link {...props} to="/sites/$site/now" params={{ site }} />}
        >
          {text.toNow}
        </Button>
        {rejected > 0 && (
          <Button
            size="xs"
            variant="subtle"
            renderRoot={props => (
              <Link {...props} to="/sites/$site/settings/$section" params={{ site, section: 'refused' }} />
            )}
          >
            {text.toRefused}
          </Button>
        )}
      </Card>
      <ModeMeans mode="live" />
    </>
  )
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
