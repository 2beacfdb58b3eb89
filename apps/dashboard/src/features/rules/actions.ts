import type { Action } from '../../api/rules.ts'

/** The kinds that the form can change; others of a rule are kept as they are. */
const known: readonly string[] = ['alert', 'event', 'webhook', 'store']

export const otherActions = (actions: readonly Action[]): Action[] =>
  actions.filter(({ kind }) => !known.includes(kind))

/** In one order, so that what was switched off and on again is the same rule. */
export function withAction(actions: readonly Action[], action: Action): Action[] {
  const rank = ({ kind }: Action) => (known.includes(kind) ? known.indexOf(kind) : known.length)
  return [...actions, action].sort((a, b) => rank(a) - rank(b))
}

export const withoutAction = (actions: readonly Action[], at: number): Action[] => actions.toSpliced(at, 1)

export const changedAction = (actions: readonly Action[], at: number, action: Action): Action[] =>
  actions.with(at, action)

/** Without what is still being filled in: the rest can be judged already. */
export const judgeable = (actions: readonly Action[]): Action[] =>
  actions.filter(action => {
    if (action.kind === 'webhook') return URL.canParse(action.url)
    return action.kind !== 'store' || (action.device !== '' && action.measurement !== '')
  })
