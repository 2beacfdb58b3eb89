import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { setupQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Centered } from '../../ui/Centered.tsx'
import { Forgot } from './Forgot.tsx'
import { SignInForm } from './SignInForm.tsx'

export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  const { signIn: text, accounts } = useMessages()
  const setup = useQuery(setupQuery)
  const [forgot, setForgot] = useState(false)
  if (forgot)
    return (
      <Centered title={accounts.forgot}>
        <Forgot onBack={() => setForgot(false)} />
      </Centered>
    )
  return (
    <Centered title={text.title} {...(setup.data === true ? { lead: text.setupNeeded } : {})}>
      <SignInForm onSignedIn={onSignedIn} />
      <Button variant="subtle" size="compact-sm" mt={12} onClick={() => setForgot(true)}>
        {accounts.forgot}
      </Button>
    </Centered>
  )
}
