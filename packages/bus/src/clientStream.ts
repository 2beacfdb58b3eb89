import { Duplex } from 'node:stream'

/** The side of a connection that faces aedes. */
export interface StreamOwner {
  /** aedes has read what there was. */
  wanted(): void
  /** aedes writes; `taken` lets it write on. */
  output(bytes: Buffer, taken: () => void): void
  streamClosed(): void
}

const highWater = 64 * 1024

/** What aedes takes for the socket: it sees only packets that were judged, and its output is bounded. */
export class ClientStream<Owner extends StreamOwner = StreamOwner> extends Duplex {
  readonly owner: Owner

  constructor(owner: Owner) {
    super({ readableHighWaterMark: highWater, writableHighWaterMark: highWater })
    this.owner = owner
  }

  override _read(): void {
    this.owner.wanted()
  }

  override _write(chunk: Buffer | string, _encoding: string, taken: () => void): void {
    this.owner.output(typeof chunk === 'string' ? Buffer.from(chunk) : chunk, taken)
  }

  override _writev(chunks: { chunk: Buffer | string }[], taken: () => void): void {
    const pieces = chunks.map(({ chunk }) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk))
    this.owner.output(Buffer.concat(pieces), taken)
  }

  override _destroy(_error: Error | null, done: (error: null) => void): void {
    this.owner.streamClosed()
    done(null)
  }
}
