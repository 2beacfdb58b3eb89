import { Button, PasswordInput, Skeleton, Stack, TextInput } from '@mantine/core'
import type { OpenInvitation, Profile } from '@ohmstead/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { profileQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Centered } from '../../ui/Centered.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { LanguageSelect } from '../../ui/LanguageSelect.tsx'
import { linkEnded } from './linkError.ts'
import { SignInForm } from './SignInForm.tsx'

interface Props {
  readonly token: string
  /** Became a member of this site. */
  readonly onDone: (site: string) => void
}

/** What an invitation's link opens: who is new chooses a name and a password, who has an account signs in. */
export function InvitationPage({ token, onDone }: Props) {
  const { accounts: text, settings } = useMessages()
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => ohmstead.invitation(token),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const profile = useQuery(profileQuery)
  if (linkEnded(invitation.error)) return <Centered title={text.invited}>{text.linkEnded}</Centered>
  if (invitation.isError)
    return (
      <Centered title={text.invited}>
        <Failure error={invitation.error} onRetry={() => invitation.refetch()} />
      </Centered>
    )
  if (invitation.data === undefined || profile.data === undefined)
    return (
      <Centered title={text.invited}>
        <Skeleton height={120} />
      </Centered>
    )
  const { siteName, role, email } = invitation.data
  return (
    <Centered title={text.invitedTo(siteName)} lead={text.invitedAs(email, settings.roles[role])}>
      <Answer token={token} invitation={invitation.data} profile={profile.data} onDone={onDone} />
    </Centered>
  )
}

function Answer({
  token,
  invitation,
  profile,
  onDone,
}: Props & { invitation: OpenInvitation; profile: Profile | null }) {
  const { accounts: text } = useMessages()
  const refetch = useQuery(profileQuery).refetch
  if (!invitation.account) return <NewMember token={token} onDone={onDone} />
  if (profile === null) return <SignInForm email={invitation.email} onSignedIn={() => void refetch()} />
  if (profile.email !== invitation.email) return <p>{text.otherAccount(profile.email)}</p>
  return <Join token={token} onDone={onDone} />
}

function Join({ token, onDone }: Props) {
  const messages = useMessages()
  const accept = useMutation({
    mutationFn: () => ohmstead.acceptInvitation(token),
    onSuccess: ({ site }) => onDone(site),
  })
  return (
    <Stack>
      <Button loading={accept.isPending} onClick={() => accept.mutate()}>
        {messages.accounts.accept}
      </Button>
      <FormError text={accept.error && explain(accept.error, messages).happened} />
    </Stack>
  )
}

function NewMember({ token, onDone }: Props) {
  const messages = useMessages()
  const { accounts: text, setup } = messages
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const accept = useMutation({
    mutationFn: () => ohmstead.acceptInvitation(token, { name: name.trim(), password }),
    onSuccess: ({ site }) => onDone(site),
  })
  const refused = fieldErrors(accept.error)
  const inPlace = refused.password ?? refused['person.password'] ?? refused['person.name']
  const submit = (event: FormEvent) => {
    event.preventDefault()
    accept.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <LanguageSelect />
        <TextInput
          label={setup.name}
          autoComplete="name"
          required
          withAsterisk={false}
          maxLength={120}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          error={refused['person.name']}
        />
        <PasswordInput
          label={setup.password}
          description={setup.passwordHint}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          error={refused.password ?? refused['person.password']}
        />
        <FormError
          text={
            accept.error && inPlace === undefined
              ? linkEnded(accept.error)
                ? text.linkEnded
                : explain(accept.error, messages).happened
              : null
          }
        />
        <Button type="submit" loading={accept.isPending} fullWidth>
          {text.accept}
        </Button>
      </Stack>
    </form>
  )
}
