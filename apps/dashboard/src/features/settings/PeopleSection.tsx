import { Button, Switch } from '@mantine/core'
import type { Person } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { peopleQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import classes from './SettingsPage.module.css'

/** Everybody who has an account on the platform; for its administrators. */
export function PeopleSection({ me }: { me: string }) {
  const messages = useMessages()
  const { settings: text, common } = messages
  const format = useFormat()
  const client = useQueryClient()
  const people = useQuery(peopleQuery)
  const [removed, setRemoved] = useState<Person | null>(null)
  const refresh = () => client.invalidateQueries({ queryKey: peopleQuery.queryKey })
  const change = useMutation({
    mutationFn: ({ id, ...change }: { id: string; admin?: boolean; disabled?: boolean }) =>
      ohmstead.updatePerson(id, change),
    onSettled: refresh,
  })
  return (
    <Card title={text.names.people}>
      <p className={classes.lead}>{text.peopleMean}</p>
      {people.data === undefined ? (
        people.isError ? (
          <Failure error={people.error} onRetry={() => people.refetch()} />
        ) : (
          <RowsSkeleton rows={3} rowHeight={48} />
        )
      ) : (
        <PlainTable
          label={text.names.people}
          columns={[
            { name: text.name },
            { name: text.email },
            { name: text.since },
            { name: text.admin },
            { name: text.maySignIn },
            { name: '' },
          ]}
          rows={people.data.map(person => ({
            key: person.id,
            cells: [
              person.id === me ? `${person.name} (${text.you})` : person.name,
              person.email,
              format.dateTime(person.createdAt),
              // Nobody locks themselves out: of oneself both are only told.
              person.id === me ? (
                common.yes
              ) : (
                <Switch
                  key="admin"
                  aria-label={`${text.admin}: ${person.name}`}
                  checked={person.admin}
                  onChange={event => change.mutate({ id: person.id, admin: event.currentTarget.checked })}
                />
              ),
              person.id === me ? (
                common.yes
              ) : (
                <Switch
                  key="disabled"
                  aria-label={`${text.maySignIn}: ${person.name}`}
                  checked={!person.disabled}
                  onChange={event => change.mutate({ id: person.id, disabled: !event.currentTarget.checked })}
                />
              ),
              person.id !== me && (
                <Button
                  key="remove"
                  size="compact-sm"
                  variant="subtle"
                  aria-label={`${text.remove}: ${person.name}`}
                  onClick={() => setRemoved(person)}
                >
                  {text.remove}
                </Button>
              ),
            ],
          }))}
        />
      )}
      <FormError text={change.error && explain(change.error, messages).happened} />
      {removed !== null && (
        <Confirm
          title={text.removePersonTitle(removed.name)}
          label={text.remove}
          run={() => ohmstead.removePerson(removed.id)}
          onClose={() => setRemoved(null)}
          onDone={() => refresh().then(() => setRemoved(null))}
        >
          <p>{text.removePersonMeans}</p>
        </Confirm>
      )}
    </Card>
  )
}
