import type { SQLOutputValue } from 'node:sqlite'
import type { Severity } from '@ohmstead/model'
import type { SaidKind } from '../edges.ts'
import type { Alert, Kept } from './alertStore.ts'
import type { Row } from './database.ts'

const orNull = (value: SQLOutputValue) => (value === null ? null : Number(value))
const textOrNull = (value: SQLOutputValue) => (value === null ? null : String(value))

/** A row of `alerts`. */
export function alertOf(row: Row): Alert {
  return {
    id: String(row.id),
    site: String(row.site),
    rule: String(row.rule),
    version: Number(row.version),
    key: String(row.key),
    device: textOrNull(row.device),
    severity: String(row.severity) as Severity,
    sentence: String(row.sentence),
    raisedAt: Number(row.raised_at),
    acknowledgedAt: orNull(row.acknowledged_at),
    acknowledgedBy: textOrNull(row.acknowledged_by),
    clearedAt: orNull(row.cleared_at),
    clearedBy: textOrNull(row.cleared_by) as Alert['clearedBy'],
    row: JSON.parse(String(row.row)),
  }
}

/** A row of `said`. */
export function keptOf(row: Row): Kept {
  return {
    seq: Number(row.seq),
    id: String(row.id),
    site: String(row.site),
    rule: String(row.rule),
    version: Number(row.version),
    kind: String(row.kind) as SaidKind,
    key: String(row.key),
    device: textOrNull(row.device),
    time: Number(row.time),
    recordedAt: Number(row.recorded_at),
    retracted: Number(row.retracted) === 1,
    row: JSON.parse(String(row.row)),
  }
}
