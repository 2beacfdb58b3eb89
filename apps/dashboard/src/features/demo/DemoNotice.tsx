import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { demoQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Notice } from '../../ui/Notice.tsx'
import classes from './Demo.module.css'

interface Props {
  readonly site: string
  readonly mayRemove: boolean
  readonly onRemoved: () => void
}

/** Ids of the demo's sites begin like this. */
const ofDemo = /^demo-/

/** Says over a simulated site that it is one; an administrator takes the demo away here. */
export function DemoNotice({ site, mayRemove, onRemoved }: Props) {
  if (!ofDemo.test(site)) return null
  return <Shown mayRemove={mayRemove} onRemoved={onRemoved} />
}

function Shown({ mayRemove, onRemoved }: Omit<Props, 'site'>) {
  const { demo: text } = useMessages()
  const format = useFormat()
  const client = useQueryClient()
  // The server tells only administrators; for others the site's id has to do.
  const { data: demo } = useQuery({ ...demoQuery, enabled: mayRemove })
  const [asked, setAsked] = useState(false)
  if (mayRemove && (demo === undefined || demo.state === 'none')) return null
  const removable = demo !== undefined && demo.state !== 'elsewhere'
  const gone = async () => {
    setAsked(false)
    await client.invalidateQueries({ queryKey: demoQuery.queryKey })
    onRemoved()
  }
  return (
    <div className={classes.notice}>
      <Notice
        tone="info"
        title={text.simulated}
        action={
          removable && (
            <Button size="xs" variant="default" onClick={() => setAsked(true)}>
              {text.remove}
            </Button>
          )
        }
      >
        <p>
          {typeof demo?.done === 'number'
            ? text.loading(format.share(demo.done))
            : demo?.state === 'elsewhere'
              ? text.elsewhere
              : text.simulatedMeans}
        </p>
      </Notice>
      {asked && (
        <Confirm
          title={text.removeTitle}
          label={text.remove}
          run={() => ohmstead.removeDemo()}
          onClose={() => setAsked(false)}
          onDone={gone}
        >
          <p>{text.removeMeans}</p>
        </Confirm>
      )}
    </div>
  )
}
