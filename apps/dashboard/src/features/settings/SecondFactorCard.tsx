import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core'
import type { SecondFactor } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { profileQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import { FormError } from '../../ui/FormError.tsx'
import classes from './SettingsPage.module.css'

/** Switches the second factor on and off; it only counts once a first code has been right. */
export function SecondFactorCard({ on }: { on: boolean }) {
  const { settings: text } = useMessages()
  const client = useQueryClient()
  const [begun, setBegun] = useState<SecondFactor | null>(null)
  const refresh = () => client.invalidateQueries({ queryKey: profileQuery.queryKey })
  const done = async () => {
    await refresh()
    setBegun(null)
  }
  return (
    <Card title={text.secondFactor}>
      <p className={classes.lead}>{on ? text.secondFactorOn : text.secondFactorOff}</p>
      {on ? (
        <PasswordStep
          label={text.secondFactorDisable}
          run={password => ohmstead.disableSecondFactor(password)}
          onDone={refresh}
        />
      ) : begun === null ? (
        <PasswordStep
          label={text.secondFactorEnable}
          run={password => ohmstead.enableSecondFactor(password)}
          onDone={setBegun}
        />
      ) : (
        <CodeStep secret={begun} onDone={done} onCancel={() => setBegun(null)} />
      )}
    </Card>
  )
}

function PasswordStep<Result>({
  label,
  run,
  onDone,
}: {
  label: string
  run: (password: string) => Promise<Result>
  onDone: (result: Result) => void
}) {
  const { settings: text } = useMessages()
  const [password, setPassword] = useState('')
  const step = useMutation({
    mutationFn: () => run(password),
    onSuccess: result => {
      setPassword('')
      onDone(result)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    step.mutate()
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <PasswordInput
        label={text.currentPassword}
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={password}
        onChange={event => setPassword(event.currentTarget.value)}
        error={step.isError && text.wrongPassword}
      />
      <div>
        <Button type="submit" variant="default" loading={step.isPending}>
          {label}
        </Button>
      </div>
    </form>
  )
}

function CodeStep({
  secret: { totpURI, backupCodes },
  onDone,
  onCancel,
}: {
  secret: SecondFactor
  onDone: () => void
  onCancel: () => void
}) {
  const { settings: text, signIn, common } = useMessages()
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: () => ohmstead.verifyCode(code.replaceAll(/\s/g, '')),
    onSuccess: onDone,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    verify.mutate()
  }
  const key = new URL(totpURI).searchParams.get('secret') ?? ''
  return (
    <form className={classes.form} onSubmit={submit}>
      <div>
        <p>{text.totpKey}</p>
        <p>
          <code className={classes.key}>{key}</code> <CopyText text={key} />
        </p>
        <Anchor href={totpURI} size="sm">
          {text.totpOpen}
        </Anchor>
      </div>
      <div>
        <p>{text.backupCodes}</p>
        <ul className={classes.codes}>
          {backupCodes.map(one => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <CopyText text={backupCodes.join('\n')} />
      </div>
      <TextInput
        label={signIn.code}
        description={signIn.codeHint}
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        withAsterisk={false}
        value={code}
        onChange={event => setCode(event.currentTarget.value)}
      />
      <FormError text={verify.isError ? signIn.codeWrong : null} />
      <div className={classes.inline}>
        <Button type="submit" loading={verify.isPending}>
          {text.secondFactorEnable}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {common.cancel}
        </Button>
      </div>
    </form>
  )
}
