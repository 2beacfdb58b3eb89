import { Button, Menu } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import { Link } from '@tanstack/react-router'
import { useMessages } from '../i18n/context.tsx'
import { CheckIcon, ChevronIcon, PlusIcon } from '../ui/icons.tsx'
import classes from './SiteSwitcher.module.css'

export function SiteSwitcher({
  site,
  sites,
  mayCreate,
}: {
  site: Site
  sites: readonly Site[]
  mayCreate: boolean
}) {
  const { site: text } = useMessages()
  if (sites.length < 2 && !mayCreate) return <span className={classes.only}>{site.name}</span>
  return (
    <Menu
      withinPortal={false}
      withInitialFocusPlaceholder={false}
      position="bottom-start"
      shadow="md"
      width={280}
    >
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          rightSection={<ChevronIcon />}
          aria-label={`${text.switch}: ${site.name}`}
          className={classes.button}
        >
          <span className={classes.label}>{site.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.list}>
        {sites.map(one => (
          <Menu.Item
            key={one.id}
            renderRoot={props => <Link {...props} to="/sites/$site/now" params={{ site: one.id }} />}
            aria-current={one.id === site.id ? 'page' : undefined}
            rightSection={one.id === site.id ? <CheckIcon /> : undefined}
          >
            {one.name}
          </Menu.Item>
        ))}
        {mayCreate && (
          <>
            <Menu.Divider />
            <Menu.Item renderRoot={props => <Link {...props} to="/sites/new" />} leftSection={<PlusIcon />}>
              {text.create}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
