import { Button, Menu } from '@mantine/core'
import type { Profile } from '@ohmstead/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ohmstead } from '../api/ohmstead.ts'
import { useMessages, useReader } from '../i18n/context.tsx'
import { type Language, languages } from '../i18n/languages.ts'
import { forgetAll } from '../offline/remembered.ts'
import { explain } from '../ui/explain.ts'
import { CheckIcon, PersonIcon } from '../ui/icons.tsx'
import classes from './AccountMenu.module.css'

export function AccountMenu({ profile }: { profile: Profile }) {
  const messages = useMessages()
  const { menu: text } = messages
  const { language, choose } = useReader()
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
  return (
    <Menu
      withinPortal={false}
      withInitialFocusPlaceholder={false}
      position="bottom-end"
      shadow="md"
      width={240}
    >
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="sm"
          leftSection={<PersonIcon />}
          aria-label={`${text.account}: ${profile.name}`}
          classNames={{ root: classes.button!, label: classes.name! }}
        >
          {profile.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{profile.email}</Menu.Label>
        <Menu.Divider />
        <Menu.Label>{text.language}</Menu.Label>
        {(Object.keys(languages) as Language[]).map(one => (
          <Menu.Item
            key={one}
            lang={one}
            onClick={() => choose(one)}
            aria-current={one === language || undefined}
            rightSection={one === language ? <CheckIcon /> : undefined}
          >
            {languages[one]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={signOut} closeMenuOnClick={false}>
          {text.signOut}
        </Menu.Item>
        {failed !== null && <Menu.Label role="alert">{failed}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
