import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  createRule,
  type RuleOut,
  refreshRules,
  rulesQuery,
  type Saying,
  updateRule,
} from '../../api/rules.ts'
import { freeId, isSameSaying } from './draft.ts'

interface Saved {
  readonly site: string
  /** The rule as it is saved; null while it is new. */
  readonly rule: RuleOut | null
  readonly name: string
  /** Whether a new one is switched on at once. */
  readonly enabled: boolean
  readonly onSaved: (rule: RuleOut) => void
}

/** Saves what is written: as a new rule, as a new version, or only by its new name. */
export function useSave({ site, rule, name, enabled, onSaved }: Saved) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (saying: Saying) => {
      if (rule !== null)
        return updateRule(site, rule.id, { name: name.trim(), ...(!isSameSaying(rule, saying) && saying) })
      const others = await client.fetchQuery(rulesQuery(site))
      const id = freeId(
        name,
        others.map(one => one.id),
      )
      return createRule(site, { id, name: name.trim(), enabled, ...saying })
    },
    onSuccess: async saved => {
      await refreshRules(client, site)
      onSaved(saved)
    },
  })
}
