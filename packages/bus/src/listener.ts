import type { BusMessage } from './bus.ts'

/** A listener's fault is its own: the message goes on to the others. */
export function guarded(
  listener: (message: BusMessage) => void,
  trouble: (error: Error) => void,
): (message: BusMessage) => void {
  return message => {
    try {
      listener(message)
    } catch (error) {
      trouble(error as Error)
    }
  }
}
