import { expect, test } from 'vitest'
import type { Action } from '../../api/rules.ts'
import type { Speaker } from '../../api/said.ts'
import { playedBy } from './played.ts'

const actions: Action[] = [{ kind: 'event' }]
const definition = { kind: 'epl', text: 'select 1' } as const
const cold = {
  ...{ id: 'cold', name: 'Cold store', definition, actions, changedAt: 100 },
  ...{ needs: [{ measurement: 'roomSensor', devices: null, fields: null }], units: { value: 'Cel' } },
} as unknown as Speaker
const told = (id: string) => ({ id, sentence: `of ${id}`, stopped: null })
const unsavedName = 'Unsaved rule'
const of = (ids: string[], startedAt = 200) => ({ rules: ids.map(told), startedAt })

test('a saved rule is told by its name; what it says only when it said the same then', () => {
  const around = { rules: [cold], brought: null, unsavedName }
  const [now] = playedBy(of(['cold']), around)
  expect(now).toMatchObject({ name: 'Cold store', isDraft: false, units: { value: 'Cel' } })
  expect(now!.saying).toMatchObject({ definition, sentence: 'of cold' })
  expect(playedBy(of(['cold'], 99), around)[0]).toMatchObject({ name: 'Cold store', saying: null })
})

test('what was removed, and what never was saved, is told in the words of the server', () => {
  const around = { rules: [], brought: null, unsavedName }
  expect(playedBy(of(['gone', 'trial-0']), around)).toEqual([
    { id: 'gone', name: 'gone', needs: [], units: {}, isDraft: false, saying: null },
    { id: 'trial-0', name: unsavedName, needs: [], units: {}, isDraft: true, saying: null },
  ])
})

test('a draft is told by what was brought along, before the server has answered too', () => {
  const draft = { name: 'This draft', definition, actions }
  const around = { rules: [cold], unsavedName }
  const [, waiting] = playedBy(of(['cold', 'trial-0']), { ...around, brought: { draft, check: undefined } })
  expect(waiting).toMatchObject({ id: 'trial-0', name: 'This draft', isDraft: true, needs: [] })
  const [known] = playedBy(of(['trial-0']), { ...around, brought: { draft, check: cold } })
  expect(known).toMatchObject({ needs: cold.needs, units: cold.units })
  expect(known!.saying).toMatchObject({ definition, actions, sentence: 'of trial-0' })
})
