import { Button, Group } from '@mantine/core'
import { useMessages } from '../i18n/context.tsx'
import { Centered } from '../ui/Centered.tsx'
import { FormError } from '../ui/FormError.tsx'
import { useSignOut } from './useSignOut.ts'

/** For who is signed in and may enter no site. */
export function NoSitesPage() {
  const { site: text, menu } = useMessages()
  const { signOut, failed } = useSignOut()
  return (
    <Centered title={text.none} lead={text.noneMeans}>
      <Group>
        <Button onClick={() => location.reload()}>{text.noneReload}</Button>
        <Button variant="default" onClick={signOut}>
          {menu.signOut}
        </Button>
      </Group>
      <FormError text={failed} />
    </Centered>
  )
}
