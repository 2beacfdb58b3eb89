import { Button, Modal, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useMessages } from '../i18n/context.tsx'
import classes from './Confirm.module.css'
import { explain } from './explain.ts'
import { FormError } from './FormError.tsx'

interface Props {
  readonly title: string
  /** What goes with it, in plain words. */
  readonly children: ReactNode
  /** The deed, as a verb. */
  readonly label: string
  /** Has to be typed before the deed, where it cannot be undone. */
  readonly typed?: { readonly label: string; readonly text: string }
  readonly run: () => Promise<unknown>
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Asks before something that ends for good. It stays open until the server has done it. */
export function Confirm({ title, children, label, typed, run, onClose, onDone }: Props) {
  const messages = useMessages()
  const [text, setText] = useState('')
  const deed = useMutation({ mutationFn: run, onSuccess: onDone })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    deed.mutate()
  }
  const { happened, todo } = deed.error ? explain(deed.error, messages) : { happened: null }
  return (
    <Modal.Root opened onClose={onClose} centered size="md">
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          <form onSubmit={submit}>
            <div className={classes.words}>
              {children}
              {typed && (
                <TextInput
                  label={typed.label}
                  autoComplete="off"
                  data-autofocus
                  value={text}
                  onChange={event => setText(event.currentTarget.value)}
                />
              )}
              <FormError text={happened === null ? null : todo ? `${happened} ${todo}` : happened} />
            </div>
            <div className={classes.actions}>
              <Button variant="default" onClick={onClose}>
                {messages.common.cancel}
              </Button>
              <Button
                type="submit"
                color="red.8"
                loading={deed.isPending}
                disabled={typed !== undefined && text.trim() !== typed.text}
              >
                {label}
              </Button>
            </div>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
