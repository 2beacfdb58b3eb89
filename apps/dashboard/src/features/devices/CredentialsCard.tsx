import { Button, TextInput } from '@mantine/core'
import type { Device, IssuedCredential, IssuedCredentials } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { credentialsQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useLive } from '../../live/context.tsx'
import { Arrival } from '../../ui/Arrival.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Credentials } from '../../ui/Credentials.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import { SendCard } from '../../ui/SendCard.tsx'
import classes from './DevicePage.module.css'

interface Issued extends IssuedCredentials {
  /** When the device had been heard last before: what comes later comes with the new password, or could. */
  readonly after: number | null
}

type Asked = { readonly deed: 'rotate' | 'revoke'; readonly credential: IssuedCredential }

/** The passwords that the device signs in with: made, shown once, replaced, revoked. */
export function CredentialsCard({ device }: { device: Device }) {
  const { devices: text } = useMessages()
  const client = useQueryClient()
  const live = useLive()
  const { site, id } = device
  const [issued, setIssued] = useState<Issued | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const list = useQuery(credentialsQuery(site, id))
  const refresh = () => client.invalidateQueries({ queryKey: credentialsQuery(site, id).queryKey })
  const issue = async (name: string) => {
    const after = live.device(id)?.heardAt ?? null
    setIssued({ ...(await ohmstead.issueCredentials(site, id, name === '' ? undefined : name)), after })
    await refresh()
  }
  const act = async ({ deed, credential }: Asked) => {
    // First the new one: if the second half fails both work, and nothing is locked out.
    if (deed === 'rotate') await issue(credential.name)
    await ohmstead.revokeCredentials(site, id, credential.id)
    await refresh()
  }
  return (
    <>
      <Card title={text.credentials}>
        {list.data === undefined ? (
          list.isError ? (
            <Failure error={list.error} onRetry={() => list.refetch()} />
          ) : (
            <RowsSkeleton rows={1} rowHeight={40} />
          )
        ) : (
          <List credentials={list.data} onAsk={setAsked} />
        )}
        <NewPassword onIssue={issue} />
      </Card>
      {issued !== null && <Once device={device} issued={issued} onDone={() => setIssued(null)} />}
      {asked !== null && (
        <Confirm
          title={asked.deed === 'rotate' ? text.rotateTitle : text.revokeTitle}
          label={asked.deed === 'rotate' ? text.rotate : text.revoke}
          run={() => act(asked)}
          onClose={() => setAsked(null)}
          onDone={() => setAsked(null)}
        >
          <p>{asked.deed === 'rotate' ? text.rotateMeans : text.revokeMeans}</p>
        </Confirm>
      )}
    </>
  )
}

function List({
  credentials,
  onAsk,
}: {
  credentials: readonly IssuedCredential[]
  onAsk: (asked: Asked) => void
}) {
  const { devices: text } = useMessages()
  const format = useFormat()
  if (credentials.length === 0) return <p className={classes.note}>{text.credentialsNone}</p>
  return (
    <PlainTable
      label={text.credentials}
      columns={[{ name: text.credentialName }, { name: text.created }, { name: text.lastUsed }, { name: '' }]}
      rows={credentials.map(credential => ({
        key: credential.id,
        cells: [
          credential.name === '' ? text.unnamed : credential.name,
          format.dateTime(credential.createdAt),
          credential.lastUsedAt === null ? text.neverUsed : format.dateTime(credential.lastUsedAt),
          <Deeds key="deeds" credential={credential} onAsk={onAsk} />,
        ],
      }))}
    />
  )
}

function Deeds({ credential, onAsk }: { credential: IssuedCredential; onAsk: (asked: Asked) => void }) {
  const { devices: text } = useMessages()
  return (['rotate', 'revoke'] as const).map(deed => (
    <Button
      key={deed}
      size="compact-sm"
      variant="subtle"
      aria-label={`${text[deed]}: ${credential.name === '' ? text.unnamed : credential.name}`}
      onClick={() => onAsk({ deed, credential })}
    >
      {text[deed]}
    </Button>
  ))
}

function NewPassword({ onIssue }: { onIssue: (name: string) => Promise<void> }) {
  const messages = useMessages()
  const { devices: text, common } = messages
  const [name, setName] = useState('')
  const issue = useMutation({ mutationFn: () => onIssue(name.trim()), onSuccess: () => setName('') })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    issue.mutate()
  }
  return (
    <form className={classes.inline} onSubmit={submit}>
      <TextInput
        className={classes.grow!}
        label={`${text.issueName} (${common.optional})`}
        maxLength={120}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={issue.isPending}>
        {text.issue}
      </Button>
      <FormError text={issue.error && explain(issue.error, messages).happened} />
    </form>
  )
}

function Once({ device, issued, onDone }: { device: Device; issued: Issued; onDone: () => void }) {
  const { devices: text, connect } = useMessages()
  const { username, password, after } = issued
  return (
    <>
      <Card
        title={text.issued}
        aside={
          <Button size="xs" variant="default" onClick={onDone}>
            {text.done}
          </Button>
        }
      >
        <Credentials
          items={[
            { name: connect.username, value: username },
            { name: connect.password, value: password },
          ]}
          note={connect.credentialsOnce}
        />
      </Card>
      <Arrival device={device.id} name={device.name} after={after} />
      <SendCard site={device.site} device={device.id} username={username} password={password} />
    </>
  )
}
