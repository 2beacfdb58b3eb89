import { Button } from '@mantine/core'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { ConfirmMailPage } from '../../features/account/ConfirmMailPage.tsx'
import { InvitationPage } from '../../features/account/InvitationPage.tsx'
import { ResetPage } from '../../features/account/ResetPage.tsx'
import { SetupPage } from '../../features/account/SetupPage.tsx'
import { SignInPage } from '../../features/account/SignInPage.tsx'
import { useMessages } from '../../i18n/context.tsx'
import { queryClient } from '../queryClient.ts'
import { FirstRunSteps } from './firstRun.tsx'
import { root } from './root.tsx'

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => (isLocalPath(search.next) ? { next: search.next } : {}),
  component: function SignIn() {
    const { next } = signIn.useSearch()
    const navigate = useNavigate()
    const go = async () => {
      // What was asked for without a session was answered to nobody.
      queryClient.clear()
      await navigate({ href: next ?? '/' })
    }
    return <SignInPage onSignedIn={go} />
  },
})

/** Only a path of this page: a link must not lead elsewhere after the sign-in. */
function isLocalPath(next: unknown): next is string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next)
}

export const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search): { token?: string } =>
    search.token === undefined ? {} : { token: String(search.token) },
  component: function Setup() {
    const { token = '' } = setup.useSearch()
    const navigate = useNavigate()
    const go = async () => {
      queryClient.clear()
      await navigate({ to: '/sites/new', search: { first: true } })
    }
    return <SetupPage token={token} steps={<FirstRunSteps at={0} />} toSignIn={<ToSignIn />} onDone={go} />
  },
})

/** Pages that links in mails open. */
const withToken = (search: Record<string, unknown>): { token: string } => ({
  token: String(search.token ?? ''),
})

export const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  validateSearch: withToken,
  component: function Invitation() {
    const { token } = invitation.useSearch()
    const navigate = useNavigate()
    const go = async (site: string) => {
      queryClient.clear()
      await navigate({ to: '/sites/$site/now', params: { site } })
    }
    return <InvitationPage token={token} onDone={go} />
  },
})

export const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  validateSearch: withToken,
  component: function ResetPassword() {
    const { token } = resetPassword.useSearch()
    return <ResetPage token={token} toSignIn={<ToSignIn />} />
  },
})

export const confirmMail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-mail',
  validateSearch: withToken,
  component: function ConfirmMail() {
    const { token } = confirmMail.useSearch()
    const { errors } = useMessages()
    const toStart = <Button renderRoot={props => <Link {...props} to="/" />}>{errors.toStart}</Button>
    return <ConfirmMailPage token={token} toStart={toStart} />
  },
})

function ToSignIn() {
  const { setup: text } = useMessages()
  return (
    <Button renderRoot={props => <Link {...props} to="/sign-in" />} variant="light" fullWidth>
      {text.toSignIn}
    </Button>
  )
}
