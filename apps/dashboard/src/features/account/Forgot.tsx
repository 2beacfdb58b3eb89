import { Button, Stack, TextInput } from '@mantine/core'
import { ApiError } from '@ohmstead/sdk'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { useMessages } from '../../i18n/context.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'

/** Asks for a link to a new password. Whether the address has an account is nobody's to find out. */
export function Forgot({ onBack }: { onBack: () => void }) {
  const messages = useMessages()
  const { accounts: text, signIn, common } = messages
  const [email, setEmail] = useState('')
  const ask = useMutation({ mutationFn: () => ohmstead.forgotPassword(email) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate()
  }
  const noMail = ask.error instanceof ApiError && ask.error.code === 'OHM_MAIL_NOT_CONFIGURED'
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <p>{text.forgotMeans}</p>
        <TextInput
          label={signIn.email}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={event => setEmail(event.currentTarget.value)}
        />
        <FormError text={ask.error && (noMail ? text.noMail : explain(ask.error, messages).happened)} />
        <p role="status">{ask.isSuccess ? text.forgotSent : ''}</p>
        <Button type="submit" loading={ask.isPending} fullWidth>
          {text.forgotSend}
        </Button>
        <Button variant="subtle" onClick={onBack}>
          {common.cancel}
        </Button>
      </Stack>
    </form>
  )
}
