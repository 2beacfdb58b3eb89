import { SegmentedControl, TextInput } from '@mantine/core'
import { useMessages } from '../../i18n/context.tsx'
import { FormError } from '../../ui/FormError.tsx'
import field from './field.module.css'
import classes from './PeriodField.module.css'
import { type Preset, presets } from './period.ts'
import type { FormProps } from './ReplayForm.tsx'

/** From when to when, in the zone of the site that is played. */
export function PeriodField({
  choice,
  onChoice,
  zone,
  fault,
}: Pick<FormProps, 'choice' | 'onChoice'> & { zone: string; fault: string | null }) {
  const { replay: text, site } = useMessages()
  return (
    <fieldset className={field.field}>
      <legend>{text.periodName}</legend>
      <SegmentedControl
        className={field.segments!}
        aria-label={text.periodName}
        value={choice.preset}
        onChange={preset => onChoice({ ...choice, preset: preset as Preset })}
        data={presets.map(value => ({ value, label: text.presets[value] }))}
      />
      {choice.preset === 'custom' && (
        <div className={classes.pair}>
          {(['from', 'to'] as const).map(end => (
            <TextInput
              key={end}
              type="datetime-local"
              label={text[end]}
              value={choice[end]}
              onChange={event => onChoice({ ...choice, [end]: event.currentTarget.value })}
            />
          ))}
        </div>
      )}
      <p className={field.note}>{site.zone(zone)}</p>
      <FormError text={fault} />
    </fieldset>
  )
}
