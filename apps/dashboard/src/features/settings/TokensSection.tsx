import { Button, Checkbox, Select, TextInput } from '@mantine/core'
import type { IssuedToken, NewToken, Site, Token } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { devicesQuery, tokensQuery } from '../../api/queries.ts'
import { serverTime } from '../../api/serverTime.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Credentials } from '../../ui/Credentials.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import { Snippet } from '../../ui/Snippet.tsx'
import classes from './SettingsPage.module.css'

const dayMs = 86_400_000
const lives = { never: null, month: 30, year: 365 } as const
type Life = keyof typeof lives

interface Props {
  readonly site: string
  readonly sites: readonly Site[]
  readonly me: string
  /** May make tokens that write. */
  readonly mayWrite: boolean
}

/** Tokens for programs: made, shown once, revoked. */
export function TokensSection({ site, sites, me, mayWrite }: Props) {
  const { settings: text } = useMessages()
  const [issued, setIssued] = useState<IssuedToken | null>(null)
  return (
    <>
      {issued !== null && <Once token={issued} onDone={() => setIssued(null)} />}
      <TokenList site={site} me={me} />
      <Card title={text.newToken}>
        <p className={classes.lead}>{text.tokensMean}</p>
        <TokenForm site={site} siteName={siteName(sites, site)} mayWrite={mayWrite} onIssued={setIssued} />
      </Card>
    </>
  )
}

const siteName = (sites: readonly Site[], id: string) => sites.find(one => one.id === id)?.name ?? id

function Once({ token, onDone }: { token: IssuedToken; onDone: () => void }) {
  const { settings: text, devices } = useMessages()
  return (
    <Card
      title={text.tokenMade(token.name)}
      aside={
        <Button size="xs" variant="default" onClick={onDone}>
          {devices.done}
        </Button>
      }
    >
      <Credentials items={[{ name: text.token, value: token.token }]} note={text.tokenOnce} />
      <Snippet text={`export OHMSTEAD_TOKEN='${token.token}'`} label={text.tokenUse} />
    </Card>
  )
}

function TokenList({ site, me }: { site: string; me: string }) {
  const { settings: text, devices } = useMessages()
  const format = useFormat()
  const client = useQueryClient()
  const list = useQuery(tokensQuery(site))
  const [revoked, setRevoked] = useState<Token | null>(null)
  const refresh = () => client.invalidateQueries({ queryKey: tokensQuery(site).queryKey })
  return (
    <Card title={text.names.tokens}>
      {list.data === undefined ? (
        list.isError ? (
          <Failure error={list.error} onRetry={() => list.refetch()} />
        ) : (
          <RowsSkeleton rows={2} rowHeight={48} />
        )
      ) : list.data.length === 0 ? (
        <p className={classes.lead}>{text.tokensNone}</p>
      ) : (
        <PlainTable
          label={text.names.tokens}
          columns={[
            { name: text.name },
            { name: text.opens },
            { name: devices.lastUsed },
            { name: text.expires },
            { name: '' },
          ]}
          rows={list.data.map(token => ({
            key: token.id,
            cells: [
              token.owner === me ? token.name : `${token.name} (${text.ofOthers})`,
              `${token.device ?? text.wholeSite}: ${token.scopes.map(scope => text.scopes[scope]).join(', ')}`,
              token.lastUsedAt === null ? devices.neverUsed : format.dateTime(token.lastUsedAt),
              token.expiresAt === null ? devices.neverUsed : format.dateTime(token.expiresAt),
              <Button
                key="revoke"
                size="compact-sm"
                variant="subtle"
                aria-label={`${devices.revoke}: ${token.name}`}
                onClick={() => setRevoked(token)}
              >
                {devices.revoke}
              </Button>,
            ],
          }))}
        />
      )}
      {revoked !== null && (
        <Confirm
          title={text.revokeTokenTitle(revoked.name)}
          label={devices.revoke}
          run={() => ohmstead.revokeToken(revoked.id)}
          onClose={() => setRevoked(null)}
          onDone={() => refresh().then(() => setRevoked(null))}
        >
          <p>{text.revokeTokenMeans}</p>
        </Confirm>
      )}
    </Card>
  )
}

function TokenForm({
  site,
  siteName,
  mayWrite,
  onIssued,
}: {
  site: string
  siteName: string
  mayWrite: boolean
  onIssued: (token: IssuedToken) => void
}) {
  const messages = useMessages()
  const { settings: text } = messages
  const client = useQueryClient()
  const devices = useQuery(devicesQuery(site))
  const [name, setName] = useState('')
  const [device, setDevice] = useState<string | null>(null)
  const [write, setWrite] = useState(false)
  const [life, setLife] = useState<Life>('year')
  const create = useMutation({
    mutationFn: () => ohmstead.createToken(asked({ site, name, device, write, life })),
    onSuccess: async token => {
      setName('')
      onIssued(token)
      await client.invalidateQueries({ queryKey: tokensQuery(site).queryKey })
    },
  })
  const refused = fieldErrors(create.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={text.tokenName}
        placeholder={text.tokenNamePlaceholder}
        required
        withAsterisk={false}
        maxLength={120}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        error={refused.name}
      />
      <Select
        label={text.opens}
        placeholder={text.allOf(siteName)}
        data={(devices.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        clearable
        searchable
        limit={50}
        value={device}
        onChange={setDevice}
      />
      {mayWrite && (
        <Checkbox
          label={text.mayWrite}
          description={text.mayWriteHint}
          checked={write}
          onChange={event => setWrite(event.currentTarget.checked)}
        />
      )}
      <Select
        label={text.life}
        data={(Object.keys(lives) as Life[]).map(value => ({ value, label: text.lives[value] }))}
        allowDeselect={false}
        value={life}
        onChange={choice => setLife((choice ?? life) as Life)}
      />
      <FormError text={create.error && !refused.name ? explain(create.error, messages).happened : null} />
      <div>
        <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
          {text.makeToken}
        </Button>
      </div>
    </form>
  )
}

interface Asked {
  readonly site: string
  readonly name: string
  readonly device: string | null
  readonly write: boolean
  readonly life: Life
}

function asked({ site, name, device, write, life }: Asked): NewToken {
  const days = lives[life]
  return {
    name: name.trim(),
    site,
    device,
    scopes: write ? ['read', 'write'] : ['read'],
    expiresAt: days === null ? null : Math.round(serverTime.now() + days * dayMs),
  }
}
