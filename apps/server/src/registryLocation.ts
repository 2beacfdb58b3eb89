import { join } from 'node:path'
import { OhmsteadError } from '@ohmstead/model'
import {
  openRegistry,
  type Registry,
  type RegistryLocation,
  type RegistryOptions,
  RegistryUnavailable,
} from '@ohmstead/registry'
import type { Config } from './config/config.ts'

/** The registry cannot be opened; the message names where it was looked for, and what to look at. */
export class RegistryNotOpened extends OhmsteadError {
  override readonly name = 'RegistryNotOpened'
  readonly code = 'OHM_REGISTRY_NOT_OPENED'
}

/** Where the configuration has the registry. */
export function registryLocation({
  dataDir,
  registry,
}: Pick<Config, 'dataDir' | 'registry'>): RegistryLocation {
  const { url, connections } = registry
  if (url === undefined) return { dialect: 'sqlite', file: join(dataDir, 'registry.db') }
  return { dialect: 'postgres', url, connections }
}

/** For people to read: without user and password. */
export function nameOf(location: RegistryLocation): string {
  if (location.dialect === 'sqlite') return `'${location.file}'`
  const { host, pathname, searchParams } = new URL(location.url)
  return `PostgreSQL at '${host || (searchParams.get('host') ?? 'the local socket')}${pathname}'`
}

/** @throws RegistryNotOpened · NewerDatabase */
export async function openRegistryAt(
  location: RegistryLocation,
  options?: RegistryOptions,
): Promise<Registry> {
  try {
    return await openRegistry(location, options)
  } catch (cause) {
    throw notOpened(cause, location)
  }
}

/** The words for an operator; what is not the database's being away stays as it is. */
export function notOpened(error: unknown, location: RegistryLocation): unknown {
  if (!(error instanceof RegistryUnavailable)) return error
  const advice =
    location.dialect === 'postgres'
      ? '; check that it runs, and registry.url (OHMSTEAD_REGISTRY_URL)'
      : '; check the data folder and the disk'
  return new RegistryNotOpened(`${error.message}; it should be ${nameOf(location)}${advice}`, {
    cause: error,
  })
}
