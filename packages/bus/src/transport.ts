import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { TransportKind } from './hooks.ts'

/** A byte stream to one peer, whatever carries it. `closed` is told exactly once. */
export interface Transport {
  readonly kind: TransportKind
  readonly address: string
  start(events: { data(chunk: Buffer): void; closed(): void }): void
  /** `flushed` is called when the operating system has taken the bytes. */
  write(bytes: Buffer, flushed: () => void): void
  pause(): void
  resume(): void
  /** Closes after what was written has gone out. */
  end(): void
  destroy(): void
}

/** Half-open peers without keep-alive are noticed by the operating system's own probes, after this silence. */
const probeAfterMs = 60_000

export function socketTransport(socket: Socket, kind: 'tcp' | 'tls'): Transport {
  socket.setNoDelay(true)
  socket.setKeepAlive(true, probeAfterMs)
  return {
    kind,
    address: socket.remoteAddress ?? '',
    start({ data, closed }) {
      socket.on('error', () => socket.destroy())
      socket.on('close', closed)
      socket.on('data', data)
    },
    write: (bytes, flushed) => void socket.write(bytes, flushed),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}

export function webSocketTransport(socket: WebSocket, address: string): Transport {
  return {
    kind: 'ws',
    address,
    start({ data, closed }) {
      socket.on('error', () => socket.terminate())
      socket.on('close', closed)
      socket.on('message', (message, isBinary) => {
        if (isBinary) data(message as Buffer)
        else socket.terminate() // [MQTT-6.0.0-1]
      })
    },
    write: (bytes, flushed) => socket.send(bytes, { binary: true, compress: false }, () => flushed()),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.close(),
    destroy: () => socket.terminate(),
  }
}

/** What counts as one address: an IPv4 address, or the /64 that one IPv6 customer has. */
export function addressKey(address: string): string {
  if (address.startsWith('::ffff:')) return address.slice(7)
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('%')[0].split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = address.includes('::') && tail !== '' ? tail.split(':') : []
  while (groups.length + after.length < 8) groups.push('0')
  return `${[...groups, ...after].slice(0, 4).join(':')}::/64`
}
