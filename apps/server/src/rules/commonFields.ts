import type { Field, Type } from '@ohmstead/streams'

const text: Type = { kind: 'string' }
const instant: Type = { kind: 'number', integer: true }

/** What every reading has besides its values. `time` is UTC ms; `place` is null for a device without one. */
export const commonFields: readonly Field[] = [
  { name: 'device', type: text },
  { name: 'place', type: text },
  { name: 'time', type: instant },
]
