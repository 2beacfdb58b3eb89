import { type ComponentType, createElement } from 'react'
import { Card } from './Card.tsx'
import { Failure } from './Failure.tsx'
import { useModule } from './useModule.ts'

/**
 * A part of the page in a file of its own, fetched when it is wanted.
 * @param Waiting stands in its place, in its size
 */
export function part<Props extends object>(
  name: string,
  load: () => Promise<{ default: ComponentType<Props> }>,
  Waiting: ComponentType,
): ComponentType<Props> {
  return function Part(props: Props) {
    const { module, failure } = useModule(name, load)
    if (module !== undefined) return createElement(module.default, props)
    if (failure === null) return <Waiting />
    return (
      <Card>
        <Failure error={failure} onRetry={() => location.reload()} />
      </Card>
    )
  }
}
