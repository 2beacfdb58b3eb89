import type { ReactNode } from 'react'
import { Card } from './Card.tsx'
import { Page } from './Page.tsx'

/** In the place of a page that the reader may not use: whom to ask. */
export function NotAllowed({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Page title={title}>
      <Card>
        <p>{children}</p>
      </Card>
    </Page>
  )
}
