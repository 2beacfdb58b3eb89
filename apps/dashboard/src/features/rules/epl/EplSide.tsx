import { Button, Skeleton } from '@mantine/core'
import { type ComponentProps, useId, useMemo, useRef } from 'react'
import { useFormat, useMessages, useReader } from '../../../i18n/context.tsx'
import { part } from '../../../ui/part.tsx'
import words from '../../../ui/words.module.css'
import type { Draft } from '../draft.ts'
import type { Things } from '../form/useThings.ts'
import type { EplEditorHandle } from './EplEditor.tsx'
import classes from './EplSide.module.css'
import type { Fault } from './fault.ts'
import { wordsOf } from './words.ts'

const EplEditor = part<ComponentProps<typeof import('./EplEditor.tsx').default>>(
  'epl editor',
  () => import('./EplEditor.tsx'),
  () => <Skeleton height={146} />,
)

interface Props {
  readonly site: string
  readonly draft: Draft
  /** What the template makes. */
  readonly compiled: string | undefined
  /** Whether the form has to be filled in before it makes anything. */
  readonly incomplete: boolean
  readonly fault: Fault | null
  readonly things: Things
  readonly onText: (text: string) => void
}

/** The rule as EPL, with its fault in place and below. */
export function EplSide({ draft, compiled, incomplete, fault, things, onText }: Props) {
  const { rules: text } = useMessages()
  const id = useId()
  const editor = useRef<EplEditorHandle>(null)
  const offered = useMemo(() => wordsOf(things.vocabulary, things.devices), [things])
  const written = draft.text ?? compiled
  if (draft.text === null && incomplete) return <p className={words.note}>{text.fillFirst}</p>
  if (written === undefined) return <Skeleton height={146} />
  return (
    <>
      {draft.text === null && <p className={words.note}>{text.fromTemplate}</p>}
      <EplEditor
        text={written}
        onText={onText}
        words={offered}
        fault={fault}
        label={text.eplLabel}
        describedBy={id}
        handle={editor}
      />
      <div id={id} className={classes.belowEditor}>
        <p className={words.note}>
          {text.eplKeys} {text.eplDocs}
        </p>
        <div role="alert">
          {fault !== null && <FaultText fault={fault} onGo={() => editor.current?.goTo(fault)} />}
        </div>
      </div>
    </>
  )
}

function FaultText({ fault, onGo }: { fault: Fault; onGo: () => void }) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const { language } = useReader()
  // The server gives its reasons in English.
  const english = language === 'en' ? {} : { lang: 'en' }
  return (
    <p className={words.fault}>
      <strong>{text.faultAt(format.count(fault.line), format.count(fault.column))}</strong>:{' '}
      <span {...english}>{/[.?]$/.test(fault.reason) ? fault.reason : `${fault.reason}.`}</span>{' '}
      {fault.expected.length > 0 && text.expected(listed(fault.expected))}{' '}
      <Button size="compact-sm" variant="subtle" onClick={onGo}>
        {text.goToFault}
      </Button>
    </p>
  )
}

const most = 16

/** Of all functions there are only some are worth reading; completion offers the rest. */
const listed = (words: readonly string[]) =>
  words.length > most ? `${words.slice(0, most).join(', ')} …` : words.join(', ')
