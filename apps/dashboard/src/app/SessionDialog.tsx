import { Modal } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { profileQuery } from '../api/queries.ts'
import { session } from '../api/session.ts'
import { SignInForm } from '../features/account/SignInForm.tsx'
import { useMessages } from '../i18n/context.tsx'
import { useSignal } from '../live/context.tsx'
import classes from './SessionDialog.module.css'

/** An expired session is answered over the page, so that nothing on it is lost. It cannot be closed, only answered. */
export function SessionDialog() {
  const { signIn: text } = useMessages()
  const open = useSignal(session.expired)
  const email = useQueryClient().getQueryData(profileQuery.queryKey)?.email
  return (
    <Modal.Root
      opened={open}
      onClose={() => {}}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
      size="sm"
    >
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body>
          <Modal.Title className={classes.title}>{text.expired}</Modal.Title>
          <p className={classes.means}>{text.expiredMeans}</p>
          <SignInForm email={email} onSignedIn={() => session.restored()} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
