import { Anchor, Button, Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type SeriesKey, seriesText } from '../../api/seriesKey.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import type { Wanted } from '../../ui/chart/useLines.ts'
import { Snippet } from '../../ui/Snippet.tsx'
import {
  type Call,
  callKey,
  callsOf,
  curlOf,
  type FileFormat,
  formats,
  type Resolution,
  resolutions,
  type Taking,
} from './calls.ts'
import classes from './ExplorePage.module.css'
import type { SpanName } from './search.ts'

const formatNames: Record<FileFormat, string> = {
  parquet: 'Parquet',
  csv: 'CSV',
  ndjson: 'NDJSON',
  arrow: 'Arrow',
  json: 'JSON',
}

interface Props {
  readonly site: string
  readonly keys: readonly SeriesKey[]
  /** Of the devices, by series. */
  readonly names: ReadonlyMap<string, string>
  readonly wanted: Wanted
  readonly span: SpanName
}

/** What is in the picture as a file, or as the call that fetches it again. */
export function Take({ site, keys, names, wanted, span }: Props) {
  const { explore: text } = useMessages()
  const [resolution, setResolution] = useState<Resolution>('raw')
  const [format, setFormat] = useState<FileFormat>('parquet')
  const range = 'lastMs' in wanted ? { from: span, to: 'now' } : fixed(wanted)
  const taking: Taking = { site, ...range, resolution, format }
  const calls = callsOf(keys, taking)
  return (
    <Card title={text.take}>
      <p className={classes.hint}>{text.takeMeans}</p>
      <div className={classes.taking}>
        <Select
          label={text.resolution}
          data={resolutions.map(value => ({ value, label: text.resolutions[value] }))}
          value={resolution}
          onChange={choice => setResolution((choice ?? resolution) as Resolution)}
          allowDeselect={false}
        />
        <Select
          label={text.format}
          data={formats.map(value => ({ value, label: formatNames[value] }))}
          value={format}
          onChange={choice => setFormat((choice ?? format) as FileFormat)}
          allowDeselect={false}
        />
      </div>
      {calls.map((call, at) => {
        const curl = curlOf(location.origin, call, taking, at, calls.length)
        return (
          <div key={callKey(call)} className={classes.call}>
            {calls.length > 1 && <p className={classes.of}>{contentOf(call, names)}</p>}
            <Snippet
              text={curl}
              label={`${text.call}${calls.length > 1 ? ` ${at + 1}` : ''}`}
              copyLabel={text.copyCall}
              wrap
            />
            <Button component="a" size="xs" mt={8} href={call.path} download>
              {text.download} {formatNames[format]}
              {calls.length > 1 ? ` ${at + 1}` : ''}
            </Button>
          </div>
        )
      })}
      <p className={classes.hint}>
        {text.tokenHint}{' '}
        <Anchor
          inherit
          underline="always"
          renderRoot={props => (
            <Link {...props} to="/sites/$site/settings/$section" params={{ site, section: 'tokens' }} />
          )}
        >
          {text.toTokens}
        </Anchor>
      </p>
    </Card>
  )
}

function fixed({ from, to }: { from: number; to: number }): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

/** What a call answers: devices, and what of them. */
function contentOf({ keys }: Call, names: ReadonlyMap<string, string>): string {
  const distinct = (of: (key: SeriesKey) => string) => [...new Set(keys.map(of))].join(', ')
  return `${distinct(key => names.get(seriesText(key)) ?? key.device)} · ${distinct(({ measurement, field }) => `${measurement}.${field}`)}`
}
