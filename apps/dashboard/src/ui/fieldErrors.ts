import { ApiError } from '@ohmstead/sdk'

/** The server's reasons by field, to stand under the inputs they are about. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    error.fields.filter(({ field }) => field !== '').map(({ field, reason }) => [field, reason]),
  )
}
