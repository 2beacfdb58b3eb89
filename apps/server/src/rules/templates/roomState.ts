import { from, minuteMs } from './template.ts'

/** A yes or no of a room sensor that other things are judged by: a door that is open, a room that nobody is in. */
export interface RoomState {
  /** The statement that notes when it begins. */
  readonly begins: string
  /** The filter of the reading that ends it. */
  readonly over: string
  /** A condition on readings of others: it has held for so long. */
  holdsFor(minutes: number): string
}

/** @param of `stream` is what the rule calls its beginnings */
export function roomState(of: {
  device: string
  field: 'door' | 'presence'
  value: boolean
  stream: string
}): RoomState {
  const { device, field, value, stream } = of
  const is = (state: boolean) => `roomSensor(${from([device])}, ${field} = ${state})`
  const now = `(select ${field} from roomSensor(${from([device])}, ${field} is not null)#lastevent)`
  return {
    begins: `insert into ${stream} select s.time as since from pattern [every (${is(!value)} -> s=${is(value)})]`,
    over: is(!value),
    // What was not seen to begin has held for longer than anybody remembers.
    holdsFor: minutes =>
      `${now} = ${value}\n    and time - coalesce((select since from ${stream}#lastevent), 0) >= ${minutes * minuteMs}`,
  }
}
