import { Button, Group } from '@mantine/core'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useMessages } from '../i18n/context.tsx'
import { Centered } from '../ui/Centered.tsx'
import { Failure } from '../ui/Failure.tsx'

/** In the place of a page that could not be made at all. */
export function ErrorPage({ error }: { error: unknown }) {
  const { errors } = useMessages()
  const router = useRouter()
  const { reset } = useQueryErrorResetBoundary()
  useEffect(() => reset(), [reset])
  return (
    <Centered title={errors.title} wide>
      <Failure error={error} onRetry={() => router.invalidate()} />
    </Centered>
  )
}

export function NotFoundPage() {
  const { errors } = useMessages()
  return (
    <Centered title={errors.notFound} lead={errors.notFoundMeans}>
      <Group>
        <Button renderRoot={props => <Link {...props} to="/" />}>{errors.toStart}</Button>
      </Group>
    </Centered>
  )
}
