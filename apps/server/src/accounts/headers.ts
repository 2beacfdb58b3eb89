import type { IncomingHttpHeaders } from 'node:http'
import { addressHeader } from './auth.ts'

/** Node's headers in the form of the Fetch standard. `address` is set by us and never taken from the client. */
export function fetchHeaders(headers: IncomingHttpHeaders, address?: string): Headers {
  const result = new Headers()
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = headers[name]
    if (value !== undefined) result.set(name, value)
  }
  if (address !== undefined) result.set(addressHeader, address)
  return result
}
