import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { ApiError, Refused } from '@ohmstead/sdk'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Centered } from '../../ui/Centered.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { LanguageSelect } from '../../ui/LanguageSelect.tsx'

interface Props {
  /** From the one-time link; empty when the page was opened without it. */
  readonly token: string
  readonly steps: ReactNode
  readonly toSignIn: ReactNode
  readonly onDone: () => void
}

/** The first start: there is no default password, so the first visitor with the link makes the first account. */
export function SetupPage({ token, steps, toSignIn, onDone }: Props) {
  const messages = useMessages()
  const { setup: text } = messages
  if (token === '')
    return (
      <Centered title={text.title} lead={text.noToken}>
        {toSignIn}
      </Centered>
    )
  return (
    <Centered title={text.account} above={steps}>
      <AccountForm token={token} toSignIn={toSignIn} onDone={onDone} />
    </Centered>
  )
}

function AccountForm({ token, toSignIn, onDone }: Omit<Props, 'steps'>) {
  const messages = useMessages()
  const { setup: text } = messages
  const [person, setPerson] = useState({ name: '', email: '', password: '' })
  const create = useMutation({ mutationFn: () => ohmstead.setUp(token, person), onSuccess: onDone })
  const refused = fieldErrors(create.error)
  const set = (field: keyof typeof person) => (event: React.ChangeEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget
    setPerson(before => ({ ...before, [field]: value }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  const used = linkIsUsed(create.error)
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <LanguageSelect />
        <TextInput
          label={text.name}
          autoComplete="name"
          required
          withAsterisk={false}
          autoFocus
          value={person.name}
          onChange={set('name')}
          error={refused.name}
        />
        <TextInput
          label={text.email}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={person.email}
          onChange={set('email')}
          error={refused.email}
        />
        <PasswordInput
          label={text.password}
          description={text.passwordHint}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={person.password}
          onChange={set('password')}
          error={refused.password}
        />
        <FormError text={used ? text.used : general(create.error, refused, messages)} />
        {used && toSignIn}
        <Button type="submit" loading={create.isPending} fullWidth>
          {text.create}
        </Button>
      </Stack>
    </form>
  )
}

function linkIsUsed(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.status === 401 || error.status === 409)
}

/** What is not about one of the fields shown. */
function general(
  error: unknown,
  refused: Record<string, string>,
  messages: Parameters<typeof explain>[1],
): string | null {
  if (error === null) return null
  if (error instanceof Refused && ['name', 'email', 'password'].some(field => field in refused)) return null
  return explain(error, messages).happened
}
