import { Input, MultiSelect, NumberInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core'
import { catalogue, fieldInfo } from '@ohmstead/model'
import { useId } from 'react'
import { useMessages } from '../../../i18n/context.tsx'
import { choiceText, parameterText } from '../texts.ts'
import { type FormField, numbersIn, unitBeside } from './fields.ts'
import classes from './ParameterField.module.css'
import { suitedTo } from './suited.ts'
import type { Things } from './useThings.ts'

interface Props {
  readonly field: FormField
  readonly parameters: Readonly<Record<string, unknown>>
  readonly things: Things
  readonly error: string | null
  readonly onChange: (value: unknown) => void
}

const most = 80

/** One input of a template's form, by what it asks for. */
export function ParameterField({ field, parameters, things, error, onChange }: Props) {
  const messages = useMessages()
  const { rules: text } = messages
  const label = parameterText(messages, field.name, field.description)
  const value = parameters[field.name]
  const hints: Readonly<Record<string, string>> = text.hints
  const zeroCounts = field.name !== 'forMinutes' || field.default === 0
  const description = zeroCounts ? hints[field.name] : undefined
  const common = { label, error, ...(description !== undefined && { description }) }
  switch (field.kind) {
    case 'devices':
      return (
        <div className={classes.wide}>
          <MultiSelect
            {...common}
            data={deviceData(field.name, parameters, things, text)}
            placeholder={Array.isArray(value) && value.length > 0 ? '' : text.parameters.devices}
            searchable
            hidePickedOptions
            limit={most}
            nothingFoundMessage={text.noDevice}
            value={Array.isArray(value) ? value : []}
            onChange={onChange}
          />
          {things.places.length > 0 && (
            <OfPlace things={things} chosen={Array.isArray(value) ? value : []} onChange={onChange} />
          )}
        </div>
      )
    case 'device':
      return (
        <Select
          {...common}
          data={deviceData(field.name, parameters, things, text)}
          placeholder={text.parameters.device}
          searchable
          limit={most}
          nothingFoundMessage={text.noDevice}
          value={typeof value === 'string' ? value : null}
          onChange={onChange}
        />
      )
    case 'measurement':
      return (
        <Select
          {...common}
          description={catalogue[String(value)]?.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={measurementData(things, text)}
          searchable
          allowDeselect={false}
          limit={most}
          value={String(value ?? '')}
          onChange={onChange}
        />
      )
    case 'field':
      return (
        <Select
          {...common}
          description={fieldInfo(String(parameters.measurement), String(value))?.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={fieldData(things, String(parameters.measurement))}
          searchable
          allowDeselect={false}
          value={String(value ?? '')}
          onChange={onChange}
        />
      )
    case 'choice':
      return <Choice field={field} label={label} value={String(value)} onChange={onChange} />
    case 'switch':
      return (
        <Switch
          {...common}
          checked={value === true}
          onChange={event => onChange(event.currentTarget.checked)}
        />
      )
    case 'number':
      return (
        <Amount
          {...common}
          unit={unitBeside(field.name, parameters)}
          whole={field.whole}
          value={value}
          onChange={onChange}
        />
      )
    case 'text':
      return (
        <TextInput
          {...common}
          value={String(value ?? '')}
          onChange={event => onChange(event.currentTarget.value)}
        />
      )
  }
}

/** A number with its unit behind it. What is out of bounds is refused in words, not changed behind one's back. */
function Amount({
  unit,
  whole,
  value,
  onChange,
  ...rest
}: {
  label: string
  error: string | null
  description?: string
  unit: string
  whole: boolean
  value: unknown
  onChange: (value: unknown) => void
}) {
  return (
    <NumberInput
      {...rest}
      label={unit === '' ? rest.label : `${rest.label}, ${unit}`}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      hideControls
      clampBehavior="none"
      allowDecimal={!whole}
      allowedDecimalSeparators={['.', ',']}
      rightSection={unit === '' ? undefined : <span aria-hidden="true">{unit}</span>}
      rightSectionWidth={Math.max(36, 16 + 9 * unit.length)}
      value={typeof value === 'number' || typeof value === 'string' ? value : ''}
      onChange={onChange}
    />
  )
}

function Choice({
  field,
  label,
  value,
  onChange,
}: {
  field: FormField
  label: string
  value: string
  onChange: (value: unknown) => void
}) {
  const messages = useMessages()
  const id = useId()
  return (
    <div>
      <Input.Label id={id} labelElement="div">
        {label}
      </Input.Label>
      <SegmentedControl
        aria-labelledby={id}
        fullWidth
        value={value}
        onChange={onChange}
        data={field.choices.map(choice => ({ value: choice, label: choiceText(messages, choice) }))}
      />
    </div>
  )
}

type Texts = ReturnType<typeof useMessages>['rules']

/** Devices by name, those that measure what is asked for first. */
function deviceData(
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  { devices, heads, placeName }: Things,
  text: Texts,
) {
  const suited = suitedTo(name, parameters, heads)
  const items = devices.map(device => {
    const place = placeName(device)
    return { value: device.id, label: place === '' ? device.name : `${device.name} · ${place}` }
  })
  const first = items.filter(({ value }) => suited.has(value))
  const others = items.filter(({ value }) => !suited.has(value))
  if (first.length === 0) return others
  return [
    { group: text.suited, items: first },
    ...(others.length > 0 ? [{ group: text.others, items: others }] : []),
  ]
}

function measurementData({ heads, vocabulary }: Things, text: Texts) {
  const stored = new Set(heads.map(({ measurement }) => measurement))
  const all = vocabulary.streams.map(({ name }) => name).toSorted()
  return [
    { group: text.ofSite, items: all.filter(name => stored.has(name)) },
    { group: text.ofCatalogue, items: all.filter(name => !stored.has(name)) },
  ].filter(({ items }) => items.length > 0)
}

function fieldData({ vocabulary }: Things, measurement: string) {
  return numbersIn(vocabulary, measurement).map(name => {
    const unit = unitBeside('limit', { measurement, field: name })
    return { value: name, label: unit === '' ? name : `${name} (${unit})` }
  })
}

/** All devices of a place, and of what lies in it, are added at once. */
function OfPlace({
  things: { devices, places, placeName },
  chosen,
  onChange,
}: {
  things: Things
  chosen: readonly string[]
  onChange: (value: unknown) => void
}) {
  const { rules: text } = useMessages()
  const within = (place: string) => {
    const inside = new Set([place])
    // A place stands behind the one that it lies in, or not: so it is looked at until nothing is added.
    for (let size = 0; size < inside.size; ) {
      size = inside.size
      for (const { id, parent } of places) if (parent !== null && inside.has(parent)) inside.add(id)
    }
    return devices.filter(device => device.place !== null && inside.has(device.place)).map(({ id }) => id)
  }
  return (
    <Select
      className={classes.ofPlace!}
      size="xs"
      aria-label={text.addPlace}
      placeholder={text.addPlace}
      data={places
        .filter(({ id }) => within(id).length > 0)
        .map(({ id, name }) => ({ value: id, label: placeName({ place: id }) || name }))}
      searchable
      value={null}
      onChange={place => place !== null && onChange([...new Set([...chosen, ...within(place)])])}
    />
  )
}
