import { useState } from 'react'

export interface Draft<Form> {
  /** What stands in the form: what was typed over what is saved. */
  readonly shown: Form
  /** Only what differs from what is saved. */
  readonly changed: Partial<Form>
  readonly dirty: boolean
  readonly set: (change: Partial<Form>) => void
  readonly discard: () => void
}

/**
 * A form over something that may change meanwhile: what was typed stays, what was not follows what is saved.
 * Fields are compared by what they hold.
 */
export function useDraft<Form extends object>(saved: Form): Draft<Form> {
  const [typed, setTyped] = useState<Partial<Form>>({})
  const changed = differing(typed, saved)
  return {
    shown: { ...saved, ...typed },
    changed,
    dirty: Object.keys(changed).length > 0,
    set: change => setTyped(before => ({ ...before, ...change })),
    discard: () => setTyped({}),
  }
}

/** Without what was changed back to how it is. */
export function differing<Form extends object>(typed: Partial<Form>, saved: Form): Partial<Form> {
  const entries = Object.entries(typed).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(saved[key as keyof Form]),
  )
  return Object.fromEntries(entries) as Partial<Form>
}
