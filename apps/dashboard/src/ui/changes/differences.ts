export interface Difference {
  readonly field: string
  readonly before: string
  readonly after: string
}

/** Fields whose values differ, as texts; of what was made or removed nothing is listed. */
export function differences(before: unknown, after: unknown): Difference[] {
  if (!isRecord(before) || !isRecord(after)) return []
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return fields
    .filter(field => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map(field => ({ field, before: textOf(before[field]), after: textOf(after[field]) }))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `device.update` → `deviceUpdate`: the name of its text in the catalogue. */
export function actionKey(action: string): string {
  return action.replace(/[.-](\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** The last id of `sites/home/devices/plug-1/credentials/c1`. */
export function thingOf(what: string): string {
  return what.split('/').at(-1) ?? what
}
