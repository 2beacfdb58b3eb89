import { MultiSelect, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import type { Device, Place } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useMemo } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { devicesQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { placeNames } from '../../ui/placeNames.ts'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useDraft } from '../../ui/useDraft.ts'
import classes from './DevicePage.module.css'
import { changeOf, type Facts, factsOf, identitiesOf } from './facts.ts'

interface Props {
  readonly device: Device
  readonly devices: readonly Device[]
  readonly places: readonly Place[]
}

/** What is known of the device, to be changed in place. What was typed stays until it is saved or discarded. */
export function FactsCard({ device, devices, places }: Props) {
  const messages = useMessages()
  const { devices: text } = messages
  const client = useQueryClient()
  const facts = factsOf(device)
  const { shown, changed, dirty, set: type, discard } = useDraft(facts)
  const save = useMutation({
    mutationFn: () => ohmstead.updateDevice(device.site, device.id, changeOf(changed)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: devicesQuery(device.site).queryKey })
      await client.invalidateQueries({ queryKey: ['site', device.site, 'changes'] })
      discard()
    },
  })
  const set = (change: Partial<Facts>) => {
    save.reset()
    type(change)
  }
  const refused = fieldErrors(save.error)
  const identitiesWrong = identitiesOf(shown.identities) === null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!identitiesWrong) save.mutate()
  }
  const placeName = useMemo(() => placeNames(places), [places])
  const known = ['name', 'type', 'place', 'ratedPowerW', 'counterModulusWh', 'submeterOf', 'identities']
  const inPlace = known.some(field => field in refused)
  return (
    <Card title={text.facts}>
      <form onSubmit={submit} className={classes.facts}>
        <TextInput
          label={text.name}
          required
          withAsterisk={false}
          maxLength={120}
          value={shown.name}
          onChange={event => set({ name: event.currentTarget.value })}
          error={refused.name}
        />
        <Select
          label={text.place}
          data={places
            .filter(({ kind }) => kind !== 'site')
            .map(({ id }) => ({ value: id, label: placeName({ place: id }) }))}
          placeholder={text.noPlace}
          clearable
          searchable
          value={shown.place}
          onChange={place => set({ place })}
          error={refused.place}
        />
        <TextInput
          label={text.type}
          description={text.typeHint}
          maxLength={60}
          value={shown.type}
          onChange={event => set({ type: event.currentTarget.value })}
          error={refused.type}
        />
        <Select
          label={text.submeterOf}
          description={text.submeterOfHint}
          data={devices
            .filter(({ id }) => id !== device.id)
            .map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }))}
          clearable
          searchable
          limit={50}
          value={shown.submeterOf}
          onChange={submeterOf => set({ submeterOf })}
          error={refused.submeterOf}
        />
        <NumberInput
          label={text.ratedPower}
          description={text.ratedPowerHint}
          min={1}
          allowNegative={false}
          hideControls
          value={shown.ratedPowerW}
          onChange={value => set({ ratedPowerW: String(value) })}
          error={refused.ratedPowerW}
        />
        <NumberInput
          label={text.modulus}
          description={text.modulusHint}
          min={0.001}
          allowNegative={false}
          hideControls
          value={shown.modulusKWh}
          onChange={value => set({ modulusKWh: String(value) })}
          error={refused.counterModulusWh}
        />
        <MultiSelect
          label={text.capabilities}
          description={text.capabilitiesHint}
          data={Object.entries(text.capability).map(([value, label]) => ({ value, label }))}
          value={[...shown.capabilities]}
          onChange={capabilities => set({ capabilities })}
        />
        <Textarea
          label={text.identities}
          description={text.identitiesHint}
          autosize
          minRows={1}
          maxRows={6}
          value={shown.identities}
          onChange={event => set({ identities: event.currentTarget.value })}
          error={identitiesWrong ? text.identitiesWrong : refused.identities}
        />
        <Textarea
          className={classes.wide!}
          label={text.description}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          value={shown.description}
          onChange={event => set({ description: event.currentTarget.value })}
        />
        <Switch
          className={classes.wide!}
          label={text.enabled}
          description={text.enabledHint}
          checked={shown.enabled}
          onChange={event => set({ enabled: event.currentTarget.checked })}
        />
        <div className={classes.wide}>
          <FormError text={save.error && !inPlace ? explain(save.error, messages).happened : null} />
        </div>
        <div className={classes.wide}>
          <SaveBar
            dirty={dirty}
            busy={save.isPending}
            saved={save.isSuccess}
            disabled={identitiesWrong}
            onDiscard={discard}
          />
        </div>
      </form>
    </Card>
  )
}

/** For who may look, but not change. */
export function FactsList({ device, devices, places }: Props) {
  const { devices: text } = useMessages()
  const placeName = useMemo(() => placeNames(places), [places])
  const facts = factsOf(device)
  const meter = devices.find(({ id }) => id === device.submeterOf)?.name ?? ''
  const lines: [string, string][] = [
    [text.id, device.id],
    [text.place, placeName(device)],
    [text.type, facts.type],
    [text.submeterOf, meter],
    [text.ratedPower, facts.ratedPowerW],
    [text.modulus, facts.modulusKWh],
    [text.capabilities, device.capabilities.map(one => text.capability[one]).join(', ')],
    [text.identities, facts.identities],
    [text.description, facts.description],
  ]
  return (
    <Card title={text.facts}>
      <dl className={classes.list}>
        {lines
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <p className={classes.note}>{text.mayNot}</p>
    </Card>
  )
}
