import { useFormat, useMessages } from '../../i18n/context.tsx'

/** "60 ×", "as fast as possible". */
export function useSpeedWords(): (speed: number | null) => string {
  const { replay: text } = useMessages()
  const format = useFormat()
  return speed => (speed === null ? text.fastest : `${format.count(speed)} ×`)
}
