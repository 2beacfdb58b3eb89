import { Button, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { keepCase, ruleCasesQuery } from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import words from '../../ui/words.module.css'
import classes from './KeepCase.module.css'
import type { Range } from './trial/period.ts'

interface Props {
  readonly site: string
  readonly rule: string
  readonly range: Range
}

/** What the saved rule says in a period becomes a test of its next versions. */
export function KeepCase({ site, rule, range }: Props) {
  const messages = useMessages()
  const { rules: text } = messages
  const format = useFormat()
  const client = useQueryClient()
  const [typed, setTyped] = useState<string | null>(null)
  const name = typed ?? format.dateTimes(range.from, range.to)
  const keep = useMutation({
    mutationFn: () => keepCase(site, rule, { name: name.trim(), ...range }),
    onSuccess: () => client.invalidateQueries({ queryKey: ruleCasesQuery(site, rule).queryKey }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    keep.mutate()
  }
  return (
    <form className={classes.keep} onSubmit={submit}>
      <TextInput
        className={classes.grow!}
        label={text.caseName}
        description={text.keepMeans}
        required
        withAsterisk={false}
        maxLength={120}
        value={name}
        onChange={event => {
          keep.reset()
          setTyped(event.currentTarget.value)
        }}
      />
      <Button type="submit" variant="default" loading={keep.isPending} disabled={keep.isSuccess}>
        {text.keep}
      </Button>
      <span role="status" className={words.note}>
        {keep.isSuccess ? text.keptNow : ''}
      </span>
      <FormError text={keep.error === null ? null : explain(keep.error, messages).happened} />
    </form>
  )
}
