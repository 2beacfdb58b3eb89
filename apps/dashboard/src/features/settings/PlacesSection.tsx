import { Button, Select, TextInput } from '@mantine/core'
import { slug } from '@ohmstead/model'
import { Conflict, type NewPlace, type Place } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type CSSProperties, type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { devicesQuery, placesQuery } from '../../api/queries.ts'
import { useFormat, useMessages, useReader } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { placeNames } from '../../ui/placeNames.ts'
import { type Branch, mayLieIn, treeOf } from './placeTree.ts'
import classes from './SettingsPage.module.css'

type Kind = Place['kind']
/** What a person adds; `site` and `abroad` come from elsewhere. */
const kinds: readonly Kind[] = ['building', 'floor', 'room', 'outside']

/** The tree of places: what lies in what, and what is in it. */
export function PlacesSection({ site, mayChange }: { site: string; mayChange: boolean }) {
  const { settings: text } = useMessages()
  const { locale } = useReader()
  const places = useQuery(placesQuery(site))
  const devices = useQuery(devicesQuery(site))
  const [edited, setEdited] = useState<string | null>(null)
  const [removed, setRemoved] = useState<Place | null>(null)
  const client = useQueryClient()
  const refresh = () =>
    Promise.all(
      [placesQuery(site), devicesQuery(site)].map(({ queryKey }) => client.invalidateQueries({ queryKey })),
    )
  if (places.data === undefined)
    return places.isError ? (
      <Card>
        <Failure error={places.error} onRetry={() => places.refetch()} />
      </Card>
    ) : (
      <RowsSkeleton rows={5} rowHeight={44} />
    )
  const counts = Map.groupBy(devices.data ?? [], ({ place }) => place)
  return (
    <Card title={text.names.places}>
      <p className={classes.lead}>{mayChange ? text.placesMeans : text.ownersOnly}</p>
      {places.data.length === 0 && <p className={classes.lead}>{text.placesNone}</p>}
      <ul className={classes.tree}>
        {treeOf(places.data, locale).map(branch => (
          <Line
            key={branch.place.id}
            branch={branch}
            devices={counts.get(branch.place.id)?.length ?? 0}
            deeds={
              mayChange
                ? {
                    edit: () => setEdited(edited === branch.place.id ? null : branch.place.id),
                    remove: () => setRemoved(branch.place),
                  }
                : null
            }
          >
            {edited === branch.place.id && (
              <PlaceForm
                places={places.data}
                place={branch.place}
                save={change => ohmstead.updatePlace(site, branch.place.id, change)}
                onSaved={() => refresh().then(() => setEdited(null))}
                onCancel={() => setEdited(null)}
              />
            )}
          </Line>
        ))}
      </ul>
      {mayChange && (
        <PlaceForm
          places={places.data}
          place={null}
          save={({ name, kind, parent }) =>
            ohmstead.createPlace(site, { id: freeId(name, places.data), name, kind, parent })
          }
          onSaved={refresh}
        />
      )}
      {removed !== null && (
        <Confirm
          title={text.removePlaceTitle(removed.name)}
          label={text.remove}
          run={() => ohmstead.removePlace(site, removed.id)}
          onClose={() => setRemoved(null)}
          onDone={() => refresh().then(() => setRemoved(null))}
        >
          <p>{text.removePlaceMeans}</p>
        </Confirm>
      )}
    </Card>
  )
}

/** Places that lie in different ones may share a name, ids may not. */
function freeId(name: string, places: readonly Place[]): string {
  const taken = new Set(places.map(({ id }) => id))
  const plain = slug(name)
  let id = plain
  for (let count = 2; taken.has(id); count++) id = `${plain.slice(0, 58)}-${count}`
  return id
}

function Line({
  branch: { place, depth, parent },
  devices,
  deeds,
  children,
}: {
  branch: Branch
  devices: number
  deeds: { edit: () => void; remove: () => void } | null
  children: React.ReactNode
}) {
  const { settings: text, now } = useMessages()
  const format = useFormat()
  return (
    <li className={classes.place} style={{ '--depth': depth } as CSSProperties}>
      <span className={classes.placeName}>{place.name}</span>
      <span className={classes.placeKind}>
        {text.kinds[place.kind]}
        {devices > 0 && ` · ${now.deviceCount(devices, format.count(devices))}`}
      </span>
      {deeds !== null && (
        <span className={classes.placeDeeds}>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={deeds.edit}
            aria-label={`${text.change}: ${place.name}`}
          >
            {text.change}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={deeds.remove}
            disabled={parent}
            title={parent ? text.notEmpty : undefined}
            aria-label={`${text.remove}: ${place.name}`}
          >
            {text.remove}
          </Button>
        </span>
      )}
      {children}
    </li>
  )
}

type PlaceFields = Required<Pick<NewPlace, 'name' | 'kind' | 'parent'>>

function PlaceForm({
  places,
  place,
  save,
  onSaved,
  onCancel,
}: {
  places: readonly Place[]
  /** Null for a new one. */
  place: Place | null
  save: (fields: PlaceFields) => Promise<unknown>
  onSaved: () => void
  onCancel?: () => void
}) {
  const messages = useMessages()
  const { settings: text, common } = messages
  const [name, setName] = useState(place?.name ?? '')
  const [kind, setKind] = useState<Kind>(place?.kind ?? 'room')
  const [parent, setParent] = useState<string | null>(place?.parent ?? null)
  const saving = useMutation({
    mutationFn: () => save({ name: name.trim(), kind, parent }),
    onSuccess: () => {
      if (place === null) setName('')
      onSaved()
    },
  })
  const placeName = placeNames(places)
  const targets = place === null ? places : mayLieIn(places, place.id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    saving.mutate()
  }
  const known = kinds.includes(kind) ? kinds : [...kinds, kind]
  return (
    <form className={`${classes.inline} ${place === null ? '' : classes.edit}`} onSubmit={submit}>
      <TextInput
        label={place === null ? text.newPlace : text.name}
        required
        withAsterisk={false}
        maxLength={120}
        autoFocus={place !== null}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Select
        label={text.kind}
        data={known.map(value => ({ value, label: text.kinds[value] }))}
        allowDeselect={false}
        value={kind}
        onChange={choice => setKind((choice ?? kind) as Kind)}
      />
      <Select
        label={text.liesIn}
        placeholder={text.theSite}
        data={targets.map(({ id, name }) => ({ value: id, label: placeName({ place: id }) || name }))}
        clearable
        searchable
        value={parent}
        onChange={setParent}
      />
      <Button type="submit" variant={place === null ? 'default' : 'filled'} loading={saving.isPending}>
        {place === null ? text.add : common.save}
      </Button>
      {onCancel && (
        <Button variant="default" onClick={onCancel}>
          {common.cancel}
        </Button>
      )}
      <FormError
        text={
          saving.error instanceof Conflict
            ? saving.error.message
            : saving.error && explain(saving.error, messages).happened
        }
      />
    </form>
  )
}
