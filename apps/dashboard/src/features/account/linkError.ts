import { ApiError } from '@ohmstead/sdk'

/** Whether the link itself is at fault: used, too old, or never one. */
export function linkEnded(error: unknown): boolean {
  return error instanceof ApiError && error.status === 410
}
