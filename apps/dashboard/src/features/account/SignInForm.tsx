import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { ApiError, Unauthenticated } from '@ohmstead/sdk'
import { type FormEvent, type ReactNode, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import type { Messages } from '../../i18n/en.ts'
import type { Format } from '../../i18n/format.ts'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'

interface Props {
  /** Filled in when it is known who was here. */
  readonly email?: string | undefined
  readonly onSignedIn: () => void
}

/** E-mail and password, then the second factor where the account has one. */
export function SignInForm({ email, onSignedIn }: Props) {
  const [step, setStep] = useState<'password' | 'code'>('password')
  if (step === 'code') return <CodeForm onSignedIn={onSignedIn} />
  return <PasswordForm email={email} onSignedIn={onSignedIn} onSecondFactor={() => setStep('code')} />
}

function PasswordForm({ email: known, onSignedIn, onSecondFactor }: Props & { onSecondFactor: () => void }) {
  const { signIn: text } = useMessages()
  const [email, setEmail] = useState(known ?? '')
  const [password, setPassword] = useState('')
  const sending = useSending(text.wrong)
  const submit = () =>
    sending.run(async () => {
      const { secondFactor } = await ohmstead.login({ email, password })
      if (secondFactor) onSecondFactor()
      else onSignedIn()
    })
  return (
    <Form sending={sending} label={text.submit} onSubmit={submit}>
      <TextInput
        label={text.email}
        type="email"
        autoComplete="username"
        required
        withAsterisk={false}
        data-autofocus={known === undefined || undefined}
        autoFocus={known === undefined}
        value={email}
        onChange={event => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label={text.password}
        autoComplete="current-password"
        required
        withAsterisk={false}
        data-autofocus={known !== undefined || undefined}
        value={password}
        onChange={event => setPassword(event.currentTarget.value)}
      />
    </Form>
  )
}

function CodeForm({ onSignedIn }: Pick<Props, 'onSignedIn'>) {
  const { signIn: text } = useMessages()
  const [code, setCode] = useState('')
  const sending = useSending(text.codeWrong)
  const submit = () =>
    sending.run(async () => {
      await ohmstead.verifyCode(code.replaceAll(/\s/g, ''))
      onSignedIn()
    })
  return (
    <Form sending={sending} label={text.codeSubmit} onSubmit={submit}>
      <TextInput
        label={text.code}
        description={text.codeHint}
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        withAsterisk={false}
        autoFocus
        value={code}
        onChange={event => setCode(event.currentTarget.value)}
      />
    </Form>
  )
}

interface Sending {
  readonly busy: boolean
  readonly error: string | null
  run(send: () => Promise<void>): void
}

/** @param wrong what a 401 means at this step */
function useSending(wrong: string): Sending {
  const messages = useMessages()
  const format = useFormat()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  return {
    busy,
    error,
    run(send) {
      setBusy(true)
      setError(null)
      send()
        .catch(cause => setError(refusal(cause, wrong, messages, format)))
        .finally(() => setBusy(false))
    },
  }
}

function refusal(error: unknown, wrong: string, messages: Messages, format: Format): string {
  if (error instanceof Unauthenticated) return wrong
  if (error instanceof ApiError && error.status === 429)
    return messages.signIn.tooMany(format.wait(error.retryAfterMs ?? 60_000))
  const { happened, todo } = explain(error, messages)
  return todo === undefined ? happened : `${happened} ${todo}`
}

function Form({
  sending,
  label,
  onSubmit,
  children,
}: {
  sending: Sending
  label: string
  onSubmit: () => void
  children: ReactNode
}) {
  const send = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        {children}
        <FormError text={sending.error} />
        <Button type="submit" loading={sending.busy} fullWidth>
          {label}
        </Button>
      </Stack>
    </form>
  )
}
