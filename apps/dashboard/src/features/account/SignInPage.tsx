import { useQuery } from '@tanstack/react-query'
import { setupQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Centered } from '../../ui/Centered.tsx'
import { SignInForm } from './SignInForm.tsx'

export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  const { signIn: text } = useMessages()
  const setup = useQuery(setupQuery)
  return (
    <Centered title={text.title} {...(setup.data === true ? { lead: text.setupNeeded } : {})}>
      <SignInForm onSignedIn={onSignedIn} />
    </Centered>
  )
}
