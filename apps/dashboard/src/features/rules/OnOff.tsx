import { Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type RuleOut, refreshRules, ruleQuery, rulesQuery, updateRule } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import words from '../../ui/words.module.css'
import classes from './OnOff.module.css'

/** Switches a rule. It stands where the server says that the rule is: until it has answered it does not move. */
export function OnOff({ rule }: { rule: RuleOut }) {
  const messages = useMessages()
  const { rules: text } = messages
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (enabled: boolean) => updateRule(rule.site, rule.id, { enabled }),
    onSuccess: async changed => {
      client.setQueryData(ruleQuery(rule.site, rule.id).queryKey, changed)
      client.setQueryData(rulesQuery(rule.site).queryKey, before =>
        before?.map(one => (one.id === changed.id ? changed : one)),
      )
      await refreshRules(client, rule.site)
    },
  })
  const pending = change.isPending ? (change.variables ? text.switchingOn : text.switchingOff) : ''
  return (
    <span className={classes.onOff}>
      <Switch
        aria-label={text.switch(rule.name)}
        checked={rule.enabled}
        // Not disabled: who switches by keyboard would lose their place.
        aria-busy={change.isPending}
        onChange={event => change.isPending || change.mutate(event.currentTarget.checked)}
      />
      <span role="status" className={words.note}>
        {pending}
      </span>
      <FormError text={change.error === null ? null : explain(change.error, messages).happened} />
    </span>
  )
}
