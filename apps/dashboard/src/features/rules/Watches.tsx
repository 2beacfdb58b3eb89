import { Button, SegmentedControl } from '@mantine/core'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Notice } from '../../ui/Notice.tsx'
import type { Draft } from './draft.ts'
import { EplSide } from './epl/EplSide.tsx'
import type { faultOf } from './epl/fault.ts'
import { byParameter } from './form/fields.ts'
import { TemplateForm } from './form/TemplateForm.tsx'
import type { Things } from './form/useThings.ts'
import type { Check } from './useCheck.ts'
import classes from './Watches.module.css'

interface Props {
  readonly site: string
  readonly draft: Draft
  readonly things: Things
  readonly view: View
  readonly check: Check
  readonly fault: ReturnType<typeof faultOf>
  readonly refused: Readonly<Record<string, string>>
  /** Parameters without a value, which are only told of once somebody has tried to save. */
  readonly missing: readonly string[]
  readonly tried: boolean
  readonly onView: (view: View) => void
  readonly onChange: (part: Partial<Draft>) => void
}

export type View = 'form' | 'epl'

/** What the rule looks at and for: as a form, as EPL, and how one comes from the one to the other. */
export function Watches({ site, draft, things, view, check, onView, onChange, ...judged }: Props) {
  const { rules: text } = useMessages()
  const { fault, refused, missing, tried } = judged
  const isTemplate = draft.template !== null
  const views = (
    <SegmentedControl
      size="xs"
      aria-label={text.view}
      value={view}
      onChange={choice => onView(choice as View)}
      data={[
        { value: 'form', label: text.form },
        { value: 'epl', label: text.epl },
      ]}
    />
  )
  const backToForm = () => {
    onChange({ text: null })
    onView('form')
  }
  return (
    <Card title={text.watches} aside={isTemplate && views}>
      {isTemplate && draft.text !== null && <Detached onBack={backToForm} />}
      {view === 'epl' ? (
        <EplSide
          site={site}
          draft={draft}
          compiled={check.data?.definition.kind === 'template' ? check.data.epl : undefined}
          incomplete={missing.length > 0}
          fault={fault}
          things={things}
          onText={written => onChange({ text: written })}
        />
      ) : (
        draft.text === null && (
          <TemplateForm
            draft={draft}
            things={things}
            missing={tried ? missing : []}
            refused={byParameter(refused)}
            onChange={parameters => onChange({ parameters })}
          />
        )
      )}
    </Card>
  )
}

/** The text is no longer what the form makes; it can be given up for that again. */
function Detached({ onBack }: { onBack: () => void }) {
  const { rules: text } = useMessages()
  return (
    <div className={classes.detached}>
      <Notice
        tone="info"
        title={`${text.detached}.`}
        action={
          <Button size="xs" variant="default" onClick={onBack}>
            {text.backToForm}
          </Button>
        }
      >
        <p>
          {text.detachedMeans} {text.backToFormMeans}
        </p>
      </Notice>
    </div>
  )
}
