import { Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useMessages } from '../i18n/context.tsx'
import classes from './Dialog.module.css'

/** What can be done with it; stays in sight however long the form is. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className={classes.actions}>{children}</div>
)

/** A form over the page; on a phone it takes all of the screen. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  const { common } = useMessages()
  const narrow = useMediaQuery('(max-width: 640px)', window.innerWidth <= 640, {
    getInitialValueInEffect: false,
  })
  return (
    <Modal.Root opened onClose={onClose} size="lg" fullScreen={narrow}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body>
          {/* Not Modal.Header: it would be a second banner of the page. */}
          <div className={classes.head}>
            <Modal.Title className={classes.title}>{title}</Modal.Title>
            <Modal.CloseButton aria-label={common.close} />
          </div>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
