import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { connectionQuery } from '../api/queries.ts'
import { useMessages } from '../i18n/context.tsx'
import { Card } from './Card.tsx'
import classes from './SendCard.module.css'
import { Snippet } from './Snippet.tsx'
import { seenFrom, snippets, type Way, ways } from './snippets.ts'

interface Props {
  readonly site: string
  readonly device: string
  readonly username: string
  readonly password: string
}

/** One reading on each way in, with the credentials filled in. */
export function SendCard(props: Props) {
  const { connect: text } = useMessages()
  const [way, setWay] = useState<Way>('http')
  const { data: told } = useQuery(connectionQuery)
  const offered = snippets(props, seenFrom(location, told))
  const open = ways.filter(each => offered[each] !== undefined)
  return (
    <Card
      title={text.send}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={text.send}
          value={way}
          onChange={choice => setWay(choice as Way)}
          data={open.map(value => ({ value, label: text.ways[value] }))}
        />
      }
    >
      <p className={classes.how}>{text.how[way]}</p>
      <Snippet text={offered[way] ?? ''} label={text.ways[way]} />
    </Card>
  )
}
