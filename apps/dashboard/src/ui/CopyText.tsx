import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useMessages } from '../i18n/context.tsx'
import { CheckIcon, CopyIcon } from './icons.tsx'

/** Copies `text`, and says that it did. */
export function CopyText({ text, label }: { text: string; label?: string }) {
  const { common } = useMessages()
  const clipboard = useClipboard({ timeout: 2000 })
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={clipboard.copied ? <CheckIcon /> : <CopyIcon />}
      onClick={() => clipboard.copy(text)}
      aria-live="polite"
    >
      {clipboard.copied ? common.copied : (label ?? common.copy)}
    </Button>
  )
}
