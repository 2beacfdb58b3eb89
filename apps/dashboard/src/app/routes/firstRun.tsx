import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMessages } from '../../i18n/context.tsx'
import { Steps } from '../../ui/Steps.tsx'

/** First-run pages say where in the series they are; later the same pages stand alone. */
export interface FirstRun {
  readonly first?: boolean
}
export const firstRun = (search: Record<string, unknown>): FirstRun =>
  search.first === true ? { first: true } : {}

export function FirstRunSteps({ at }: { at: number }) {
  const { setup: text } = useMessages()
  return <Steps names={[text.steps.account, text.steps.site, text.steps.device]} at={at} />
}

export function ToStart() {
  const { common } = useMessages()
  return (
    <Button renderRoot={props => <Link {...props} to="/" />} variant="default" fullWidth>
      {common.cancel}
    </Button>
  )
}
