import type { FastifyReply } from 'fastify'
import type { RunningReplay } from '../../rules/replays.ts'
import type { Services } from '../../services.ts'
import { answerHeaders } from '../headers.ts'

const heartbeatMs = 15_000
const maxWaitingBytes = 1_048_576

/** @param allowed whether the caller may still look, asked at each heartbeat */
export function streamReplay(
  replay: RunningReplay,
  { raw }: FastifyReply,
  { allowed, clock }: { allowed: () => Promise<boolean>; clock: Services['clock'] },
): void {
  raw.writeHead(200, {
    ...answerHeaders,
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  })
  const send = (type: string, data: unknown) => {
    raw.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    if (raw.writableLength > maxWaitingBytes) raw.destroy()
  }
  const beat = () => {
    cancel = clock.after(heartbeatMs, beat)
    raw.write(': beat\n\n')
    allowed().then(
      still => still || raw.end(),
      () => {},
    )
  }
  for (const one of replay.said) send('said', one)
  send('progress', replay.status)
  if (replay.status.state !== 'running') {
    raw.end()
    return
  }
  let cancel = clock.after(heartbeatMs, beat)
  const unlisten = replay.listen(({ type, data }) => send(type, data))
  void replay.over.then(() => raw.end())
  raw.once('close', () => {
    unlisten()
    cancel()
  })
}
