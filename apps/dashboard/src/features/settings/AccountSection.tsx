import { Button, PasswordInput } from '@mantine/core'
import { type Profile, Unauthenticated } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { useMessages } from '../../i18n/context.tsx'
import { forgetAll } from '../../offline/remembered.ts'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { LanguageSelect } from '../../ui/LanguageSelect.tsx'
import { SecondFactorCard } from './SecondFactorCard.tsx'
import classes from './SettingsPage.module.css'

interface Props {
  readonly profile: Profile
  readonly onSignedOut: () => void
}

/** Oneself: language, password, second factor, sessions. */
export function AccountSection({ profile, onSignedOut }: Props) {
  const { settings: text } = useMessages()
  return (
    <>
      <Card title={text.names.account}>
        <dl className={classes.list}>
          <dt>{text.name}</dt>
          <dd>{profile.name}</dd>
          <dt>{text.email}</dt>
          <dd>{profile.email}</dd>
        </dl>
        <div className={classes.form}>
          <LanguageSelect />
        </div>
      </Card>
      <PasswordCard />
      <SecondFactorCard on={profile.twoFactor} />
      <Sessions onSignedOut={onSignedOut} />
    </>
  )
}

function PasswordCard() {
  const messages = useMessages()
  const { settings: text, setup, common } = messages
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () => ohmstead.changePassword({ current, next }),
    onSuccess: () => {
      setCurrent('')
      setNext('')
    },
  })
  const refused = fieldErrors(change.error)
  const wrong = change.error instanceof Unauthenticated
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <Card title={text.password}>
      <form className={classes.form} onSubmit={submit}>
        <PasswordInput
          label={text.currentPassword}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={current}
          onChange={event => setCurrent(event.currentTarget.value)}
          error={wrong && text.wrongPassword}
        />
        <PasswordInput
          label={text.nextPassword}
          description={setup.passwordHint}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={next}
          onChange={event => setNext(event.currentTarget.value)}
          error={refused.password ?? refused.next}
        />
        <FormError
          text={
            change.error && !wrong && Object.keys(refused).length === 0
              ? explain(change.error, messages).happened
              : null
          }
        />
        <div className={classes.inline}>
          <Button type="submit" loading={change.isPending}>
            {text.changePassword}
          </Button>
          <span role="status">{change.isSuccess && next === '' ? common.saved : ''}</span>
        </div>
      </form>
    </Card>
  )
}

function Sessions({ onSignedOut }: { onSignedOut: () => void }) {
  const { settings: text } = useMessages()
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  return (
    <Card title={text.sessions}>
      <p className={classes.lead}>{text.sessionsMean}</p>
      <Button variant="default" onClick={() => setAsked(true)}>
        {text.everywhere}
      </Button>
      {asked && (
        <Confirm
          title={text.everywhereTitle}
          label={text.everywhere}
          run={() => ohmstead.logoutEverywhere().then(forgetAll)}
          onClose={() => setAsked(false)}
          onDone={() => {
            client.clear()
            onSignedOut()
          }}
        >
          <p>{text.everywhereMeans}</p>
        </Confirm>
      )}
    </Card>
  )
}
