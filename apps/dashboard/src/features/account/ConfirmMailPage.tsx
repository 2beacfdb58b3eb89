import { Button, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Centered } from '../../ui/Centered.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { linkEnded } from './linkError.ts'

/** Confirms an address; by a button, because mail scanners open links as well. */
export function ConfirmMailPage({ token, toStart }: { token: string; toStart: ReactNode }) {
  const messages = useMessages()
  const { accounts: text } = messages
  const confirm = useMutation({ mutationFn: () => ohmstead.confirmMail(token) })
  if (confirm.isSuccess) return <Centered title={text.confirmed}>{toStart}</Centered>
  return (
    <Centered title={text.confirm}>
      <Stack>
        <FormError
          text={
            confirm.error &&
            (linkEnded(confirm.error) ? text.linkEnded : explain(confirm.error, messages).happened)
          }
        />
        <Button loading={confirm.isPending} onClick={() => confirm.mutate()}>
          {text.confirmDo}
        </Button>
      </Stack>
    </Centered>
  )
}
