import { Button, Select, TextInput } from '@mantine/core'
import type { Invitation, Member } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { invitationsQuery, membersQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Credentials } from '../../ui/Credentials.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import classes from './SettingsPage.module.css'

type Role = Member['role']
const roles: readonly Role[] = ['viewer', 'operator', 'owner']

interface Props {
  readonly site: string
  /** Id of the reader. */
  readonly me: string
  readonly mayChange: boolean
}

/** Who may enter the site and what they may do, and who is invited. */
export function MembersSection({ site, me, mayChange }: Props) {
  const { settings: text } = useMessages()
  const members = useQuery(membersQuery(site))
  return (
    <>
      <Card title={text.names.members}>
        <p className={classes.lead}>{text.rolesMean}</p>
        {members.data === undefined ? (
          members.isError ? (
            <Failure error={members.error} onRetry={() => members.refetch()} />
          ) : (
            <RowsSkeleton rows={2} rowHeight={48} />
          )
        ) : members.data.length === 0 ? (
          <p className={classes.lead}>{text.membersNone}</p>
        ) : (
          <Members site={site} me={me} members={members.data} mayChange={mayChange} />
        )}
      </Card>
      {mayChange && <Invite site={site} />}
      <Invitations site={site} mayChange={mayChange} />
    </>
  )
}

function Members({ site, me, members, mayChange }: Props & { members: readonly Member[] }) {
  const messages = useMessages()
  const { settings: text } = messages
  const client = useQueryClient()
  const [removed, setRemoved] = useState<Member | null>(null)
  const refresh = () => client.invalidateQueries({ queryKey: membersQuery(site).queryKey })
  const set = useMutation({
    mutationFn: ({ person, role }: { person: string; role: Role }) => ohmstead.setMember(site, person, role),
    onSettled: refresh,
  })
  return (
    <>
      <PlainTable
        label={text.names.members}
        columns={[{ name: text.name }, { name: text.email }, { name: text.role }, { name: '' }]}
        rows={members.map(member => ({
          key: member.person,
          cells: [
            member.person === me ? `${member.name} (${text.you})` : member.name,
            member.email,
            mayChange ? (
              <RoleSelect
                key="role"
                label={`${text.role}: ${member.name}`}
                value={member.role}
                onChange={role => set.mutate({ person: member.person, role })}
              />
            ) : (
              text.roles[member.role]
            ),
            mayChange && (
              <Button
                key="remove"
                size="compact-sm"
                variant="subtle"
                aria-label={`${text.remove}: ${member.name}`}
                onClick={() => setRemoved(member)}
              >
                {text.remove}
              </Button>
            ),
          ],
        }))}
      />
      <FormError text={set.error && explain(set.error, messages).happened} />
      {removed !== null && (
        <Confirm
          title={text.removeMemberTitle(removed.name)}
          label={text.remove}
          run={() => ohmstead.removeMember(site, removed.person)}
          onClose={() => setRemoved(null)}
          onDone={() => refresh().then(() => setRemoved(null))}
        >
          <p>{text.removeMemberMeans}</p>
        </Confirm>
      )}
    </>
  )
}

function RoleSelect({
  label,
  value,
  onChange,
}: {
  label: string
  value: Role
  onChange: (role: Role) => void
}) {
  const { settings: text } = useMessages()
  return (
    <Select
      size="xs"
      aria-label={label}
      data={roles.map(role => ({ value: role, label: text.roles[role] }))}
      allowDeselect={false}
      value={value}
      onChange={choice => onChange((choice ?? value) as Role)}
    />
  )
}

function Invite({ site }: { site: string }) {
  const messages = useMessages()
  const { settings: text } = messages
  const client = useQueryClient()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const invite = useMutation({
    mutationFn: () => ohmstead.invite(site, { email: email.trim(), role }),
    onSuccess: async () => {
      setEmail('')
      await client.invalidateQueries({ queryKey: invitationsQuery(site).queryKey })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate()
  }
  const { data: invited } = invite
  return (
    <Card title={text.invite}>
      <form className={classes.inline} onSubmit={submit}>
        <TextInput
          label={text.email}
          type="email"
          required
          withAsterisk={false}
          maxLength={254}
          value={email}
          onChange={event => setEmail(event.currentTarget.value)}
        />
        <Select
          label={text.role}
          data={roles.map(value => ({ value, label: text.roles[value] }))}
          allowDeselect={false}
          value={role}
          onChange={choice => setRole((choice ?? role) as Role)}
        />
        <Button type="submit" loading={invite.isPending}>
          {text.invite}
        </Button>
        <FormError text={invite.error && explain(invite.error, messages).happened} />
      </form>
      {invited?.mailed && (
        <p role="status" className={classes.issued}>
          {text.invitedMailed(invited.invitation.email)}
        </p>
      )}
      {invited?.link && (
        <div role="status" className={classes.issued}>
          <Credentials
            items={[{ name: text.link, value: invited.link }]}
            note={text.linkOnce(invited.invitation.email)}
          />
        </div>
      )}
    </Card>
  )
}

function Invitations({ site, mayChange }: { site: string; mayChange: boolean }) {
  const { settings: text } = useMessages()
  const format = useFormat()
  const client = useQueryClient()
  const list = useQuery(invitationsQuery(site))
  const [revoked, setRevoked] = useState<Invitation | null>(null)
  if (list.data === undefined || list.data.length === 0) return null
  const refresh = () => client.invalidateQueries({ queryKey: invitationsQuery(site).queryKey })
  return (
    <Card title={text.invitations}>
      <PlainTable
        label={text.invitations}
        columns={[{ name: text.email }, { name: text.role }, { name: text.expires }, { name: '' }]}
        rows={list.data.map(invitation => ({
          key: invitation.id,
          cells: [
            invitation.email,
            text.roles[invitation.role],
            format.dateTime(invitation.expiresAt),
            mayChange && (
              <Button
                key="revoke"
                size="compact-sm"
                variant="subtle"
                aria-label={`${text.withdraw}: ${invitation.email}`}
                onClick={() => setRevoked(invitation)}
              >
                {text.withdraw}
              </Button>
            ),
          ],
        }))}
      />
      {revoked !== null && (
        <Confirm
          title={text.withdrawTitle(revoked.email)}
          label={text.withdraw}
          run={() => ohmstead.revokeInvitation(site, revoked.id)}
          onClose={() => setRevoked(null)}
          onDone={() => refresh().then(() => setRevoked(null))}
        >
          <p>{text.withdrawMeans}</p>
        </Confirm>
      )}
    </Card>
  )
}
