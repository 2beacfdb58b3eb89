/** Which replay is looked at, and which moment of it; in the address, so that it is found again. */
export interface ReplaySearch {
  readonly id?: string
  /** A moment of the period, epoch ms; without it the replay's clock is followed. */
  readonly at?: number
  /** A new one is wanted, though another runs. */
  readonly fresh?: true
}

/** @param search of an address, which anybody may have written */
export function replaySearch({ id, at, fresh }: Record<string, unknown>): ReplaySearch {
  const known = typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id)
  return {
    ...(known ? { id } : {}),
    ...(known && typeof at === 'number' && Number.isFinite(at) ? { at } : {}),
    ...(fresh === true ? { fresh } : {}),
  }
}
