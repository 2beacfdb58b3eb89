import { Button, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Centered } from '../../ui/Centered.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { linkEnded } from './linkError.ts'

/** What the link of a mail opens when somebody forgot their password. */
export function ResetPage({ token, toSignIn }: { token: string; toSignIn: ReactNode }) {
  const messages = useMessages()
  const { accounts: text, settings, setup } = messages
  const [password, setPassword] = useState('')
  const reset = useMutation({ mutationFn: () => ohmstead.resetPassword(token, password) })
  const refused = fieldErrors(reset.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    reset.mutate()
  }
  if (reset.isSuccess)
    return (
      <Centered title={text.resetDone} lead={text.resetDoneMeans}>
        {toSignIn}
      </Centered>
    )
  return (
    <Centered title={text.reset}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <PasswordInput
            label={settings.nextPassword}
            description={setup.passwordHint}
            autoComplete="new-password"
            required
            withAsterisk={false}
            autoFocus
            value={password}
            onChange={event => setPassword(event.currentTarget.value)}
            error={refused.password}
          />
          <FormError
            text={
              reset.error && refused.password === undefined
                ? linkEnded(reset.error)
                  ? text.linkEnded
                  : explain(reset.error, messages).happened
                : null
            }
          />
          <Button type="submit" loading={reset.isPending} fullWidth>
            {text.reset}
          </Button>
        </Stack>
      </form>
    </Centered>
  )
}
