import { useMessages } from '../../i18n/context.tsx'
import { ClearedShape, EventShape, RaisedShape } from '../../ui/icons.tsx'
import classes from './said.module.css'

export const kinds = ['raised', 'cleared', 'event'] as const
export type Kind = (typeof kinds)[number]

const shapes = { raised: RaisedShape, cleared: ClearedShape, event: EventShape } as const

/** Shape and word of what a rule said. */
export function KindMark({ kind }: { kind: Kind }) {
  const { events: text } = useMessages()
  return (
    <span className={classes.kind} data-kind={kind}>
      <KindShape kind={kind} />
      {text.kinds[kind]}
    </span>
  )
}

export function KindShape({ kind }: { kind: Kind }) {
  const Shape = shapes[kind]
  return <Shape />
}
