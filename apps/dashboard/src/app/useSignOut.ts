import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ohmstead } from '../api/ohmstead.ts'
import { useMessages } from '../i18n/context.tsx'
import { forgetAll } from '../offline/remembered.ts'
import { explain } from '../ui/explain.ts'

/** Ends the session and forgets all that this person saw; `failed` says why it goes on. */
export function useSignOut(): { readonly signOut: () => Promise<void>; readonly failed: string | null } {
  const messages = useMessages()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [failed, setFailed] = useState<string | null>(null)
  const signOut = async () => {
    setFailed(null)
    // The session would go on without the server's word: better to say that nobody is signed out.
    const error = await ohmstead.logout().catch((error: unknown) => error)
    if (error !== undefined) return setFailed(explain(error, messages).happened)
    // Nothing of this person stays behind, in the page or in the browser.
    await forgetAll()
    await navigate({ to: '/sign-in' })
    client.clear()
  }
  return { signOut, failed }
}
