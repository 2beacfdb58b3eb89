import type { Device } from '@ohmstead/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { devicesQuery } from '../../api/queries.ts'
import { useLive } from '../../live/context.tsx'

/** A sender that is refused again and again must not make the page ask again and again. */
const restMs = 5000

/** Devices that made themselves known while the page was open are asked for. */
export function useNewDevices(site: string, devices: readonly Device[] | undefined): void {
  const live = useLive()
  const client = useQueryClient()
  useEffect(() => {
    if (devices === undefined) return
    const known = new Set(devices.map(({ id }) => id))
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      if (timer !== undefined) return
      if (!live.devices().some(({ device }) => !known.has(device))) return
      const ask = () => void client.invalidateQueries({ queryKey: devicesQuery(site).queryKey })
      ask()
      timer = setTimeout(() => {
        timer = undefined
        look()
      }, restMs)
    }
    look()
    const end = live.version.subscribe(look)
    return () => {
      end()
      clearTimeout(timer)
    }
  }, [site, devices, live, client])
}
