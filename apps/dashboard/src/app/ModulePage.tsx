import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMessages } from '../i18n/context.tsx'
import { Card } from '../ui/Card.tsx'
import { Failure } from '../ui/Failure.tsx'
import { useModule } from '../ui/useModule.ts'

interface Props<Module> {
  readonly name: string
  readonly load: () => Promise<Module>
  readonly children: (module: Module) => ReactNode
}

/** A page that is fetched when it is opened, so that the first page need not wait for it. */
export function ModulePage<Module>({ name, load, children }: Props<Module>) {
  const { common } = useMessages()
  const { module, failure } = useModule(name, load)
  if (module !== undefined) return children(module)
  if (failure !== null)
    return (
      <Card>
        <Failure error={failure} onRetry={() => location.reload()} />
      </Card>
    )
  return (
    <div role="status" aria-label={common.loading}>
      <Skeleton height={32} width={160} mb={16} />
      <Skeleton height={420} />
    </div>
  )
}
