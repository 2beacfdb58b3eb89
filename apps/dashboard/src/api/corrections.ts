import { body, type EditRequest } from '@ohmstead/sdk'
import type { VirtualMeter } from './energy.ts'
import { ohmstead } from './ohmstead.ts'

/** What an edit would change; nothing is saved. */
export function previewEdit(site: string, device: string, request: EditRequest) {
  const path = '/api/sites/{site}/devices/{device}/edits/preview'
  return body(ohmstead.rest.POST(path, { params: { path: { site, device } }, body: request }))
}
export type Preview = Awaited<ReturnType<typeof previewEdit>>

export function applyEdit(site: string, device: string, request: EditRequest) {
  const path = '/api/sites/{site}/devices/{device}/edits'
  return body(ohmstead.rest.POST(path, { params: { path: { site, device } }, body: request }))
}

export function previewUndo(site: string, edit: number): Promise<Preview> {
  const path = '/api/sites/{site}/edits/{edit}/preview-undo'
  return body(ohmstead.rest.POST(path, { params: { path: { site, edit } } }))
}

export function undoEdit(site: string, edit: number) {
  return body(ohmstead.rest.DELETE('/api/sites/{site}/edits/{edit}', { params: { path: { site, edit } } }))
}

/** @throws Refused where it would contain itself or count a meter twice */
export function putVirtualMeter(site: string, { id: meter, ...definition }: VirtualMeter) {
  const path = '/api/sites/{site}/virtual-meters/{meter}'
  return body(ohmstead.rest.PUT(path, { params: { path: { site, meter } }, body: definition }))
}

export async function removeVirtualMeter(site: string, meter: string): Promise<void> {
  await ohmstead.rest.DELETE('/api/sites/{site}/virtual-meters/{meter}', {
    params: { path: { site, meter } },
  })
}

/** @throws Refused where the meter would measure itself */
export function setParentMeter(site: string, device: string, submeterOf: string | null) {
  const path = '/api/sites/{site}/devices/{device}'
  return body(ohmstead.rest.PATCH(path, { params: { path: { site, device } }, body: { submeterOf } }))
}
