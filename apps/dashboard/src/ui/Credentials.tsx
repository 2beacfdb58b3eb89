import type { ReactNode } from 'react'
import { CopyText } from './CopyText.tsx'
import classes from './Credentials.module.css'

/** Secrets that are shown this once, each to be copied. */
export function Credentials({
  items,
  note,
}: {
  items: readonly { readonly name: string; readonly value: string }[]
  note: ReactNode
}) {
  return (
    <>
      <dl className={classes.credentials}>
        {items.map(({ name, value }) => (
          <Item key={name} name={name} value={value} />
        ))}
      </dl>
      <p className={classes.lead}>{note}</p>
    </>
  )
}

function Item({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
        <CopyText text={value} />
      </dd>
    </>
  )
}
