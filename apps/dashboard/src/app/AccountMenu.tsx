import { Button, Menu } from '@mantine/core'
import type { Profile } from '@ohmstead/sdk'
import { useMessages, useReader } from '../i18n/context.tsx'
import { type Language, languages } from '../i18n/languages.ts'
import { CheckIcon, PersonIcon } from '../ui/icons.tsx'
import classes from './AccountMenu.module.css'
import { useSignOut } from './useSignOut.ts'

export function AccountMenu({ profile }: { profile: Profile }) {
  const { menu: text } = useMessages()
  const { language, choose } = useReader()
  const { signOut, failed } = useSignOut()
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
