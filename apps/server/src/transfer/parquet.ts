import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { InvalidInput } from '@ohmstead/model'
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet'
import type { Cells } from './rows.ts'

/** Codecs that come with Node; snappy is the reader's own. */
const compressors = {
  GZIP: (bytes: Uint8Array) => new Uint8Array(gunzipSync(bytes)),
  BROTLI: (bytes: Uint8Array) => new Uint8Array(brotliDecompressSync(bytes)),
  ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)),
}

export interface ParquetTable {
  readonly columns: readonly string[]
  readonly rows: number
  /** Rows [from, to). */
  read(from: number, to: number): Promise<Cells[]>
  /** Where the file's own row groups end: natural sizes to read. */
  readonly groups: readonly number[]
}

/** @throws InvalidInput when it is no Parquet file, or its columns are nested */
export async function openParquet(file: string): Promise<ParquetTable> {
  try {
    const source = await asyncBufferFromFile(file)
    const metadata = await parquetMetadataAsync(source)
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name)
    let end = 0
    return {
      columns,
      rows: Number(metadata.num_rows),
      groups: metadata.row_groups.map(group => (end += Number(group.num_rows))),
      async read(rowStart, rowEnd) {
        let found: Cells[] = []
        await parquetRead({
          file: source,
          metadata,
          rowStart,
          rowEnd,
          compressors,
          onComplete: rows => {
            found = rows
          },
        })
        return found
      },
    }
  } catch (cause) {
    throw new InvalidInput('file', `'${file}' cannot be read as Parquet: ${(cause as Error).message}`, {
      cause,
    })
  }
}
