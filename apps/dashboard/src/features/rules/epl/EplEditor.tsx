import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { lintKeymap, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useImperativeHandle, useRef } from 'react'
import { offersAt } from './completion.ts'
import classes from './EplEditor.module.css'
import { type Fault, placeOf } from './fault.ts'
import { type EplState, eplToken } from './tokens.ts'
import type { Words } from './words.ts'

export interface EplEditorHandle {
  /** Puts the cursor where the fault is. */
  goTo(fault: Fault): void
}

export interface EplEditorProps {
  readonly text: string
  readonly onText: (text: string) => void
  readonly words: Words
  readonly fault: Fault | null
  readonly label: string
  /** Id of the element that says how it is used and what is wrong. */
  readonly describedBy: string
  readonly readOnly?: boolean
  readonly handle?: React.Ref<EplEditorHandle>
}

/** EPL with colours, completion and its fault in place. Tab leaves it: indentation is typed. */
export default function EplEditor(props: EplEditorProps) {
  const { text, words, fault, label, describedBy, readOnly = false, handle } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef(props)
  latest.current = props
  const parts = useRef({ language: new Compartment(), attributes: new Compartment() })

  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes afterwards is told to the editor below
  useEffect(() => {
    const { language, attributes } = parts.current
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          EditorView.lineWrapping,
          syntaxHighlighting(colours),
          autocompletion({
            override: [({ state, pos, explicit }) => offers(state, pos, explicit, latest.current.words)],
            icons: false,
          }),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...lintKeymap,
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.updateListener.of(({ docChanged, state }) => {
            const written = state.doc.toString()
            if (docChanged && written !== latest.current.text) latest.current.onText(written)
          }),
          EditorState.readOnly.of(readOnly),
          EditorView.editable.of(!readOnly),
          language.of(eplLanguage(words)),
          attributes.of([]),
        ],
      }),
    })
    view.current = editor
    return () => {
      editor.destroy()
      view.current = null
    }
  }, [])

  useEffect(() => {
    const editor = view.current!
    const before = editor.state.doc.toString()
    if (before !== text) editor.dispatch({ changes: { from: 0, to: before.length, insert: text } })
  }, [text])

  useEffect(() => {
    view.current!.dispatch({ effects: parts.current.language.reconfigure(eplLanguage(words)) })
  }, [words])

  useEffect(() => {
    const attributes = EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-describedby': describedBy,
      'aria-invalid': String(fault !== null),
    })
    view.current!.dispatch({ effects: parts.current.attributes.reconfigure(attributes) })
  }, [label, describedBy, fault])

  useEffect(() => {
    const { state } = view.current!
    view.current!.dispatch(setDiagnostics(state, fault === null ? [] : [diagnosticOf(state, fault)]))
  }, [fault])

  useImperativeHandle(handle, () => ({
    goTo: fault => {
      const editor = view.current!
      const { from, to } = placeOf(editor.state.doc.toString(), fault)
      editor.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true })
      editor.focus()
    },
  }))

  return <div ref={host} className={classes.editor} />
}

function diagnosticOf(state: EditorState, fault: Fault) {
  return { ...placeOf(state.doc.toString(), fault), severity: 'error' as const, message: fault.reason }
}

/** While one types, words are offered from the second letter on; when asked for, at once. */
function offers(state: EditorState, at: number, explicit: boolean, words: Words) {
  const before = state.sliceDoc(Math.max(0, at - 2), at)
  if (!explicit && !/[\w$]{2}$|[#@.'"]$|[#@.'"][\w$]$/.test(before)) return null
  const found = offersAt(state.doc.toString(), at, words)
  return found && { from: found.from, options: [...found.options], validFor: /^[\w$-]*$/ }
}

function eplLanguage(words: Words) {
  return StreamLanguage.define<EplState>({
    name: 'epl',
    startState: () => ({ inComment: false }),
    token: (stream, state) => eplToken(stream, state, words),
    tokenTable: { function: tags.function(tags.variableName) },
    languageData: { commentTokens: { line: '//', block: { open: '/*', close: '*/' } } },
  })
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, class: classes.keyword! },
  { tag: tags.function(tags.variableName), class: classes.function! },
  { tag: tags.typeName, class: classes.window! },
  { tag: tags.string, class: classes.string! },
  { tag: tags.number, class: classes.number! },
  { tag: tags.meta, class: classes.annotation! },
  { tag: tags.comment, class: classes.comment! },
])
