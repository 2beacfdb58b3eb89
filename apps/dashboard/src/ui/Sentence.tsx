import { useReader } from '../i18n/context.tsx'
import classes from './Sentence.module.css'
import { sentenceParts } from './sentenceParts.ts'

/**
 * What a rule says, its names emphasised.
 * @param english the server's words, which a screen reader has to know
 */
export function Sentence({ text, english = false }: { text: string; english?: boolean }) {
  const { language } = useReader()
  const parts = sentenceParts(text).map(({ kind, text }, at) => {
    const key = `${at} ${text}`
    if (kind === 'name')
      return (
        <strong key={key} className={classes.name}>
          {text}
        </strong>
      )
    return kind === 'query' ? (
      <code key={key} className={classes.query}>
        {text}
      </code>
    ) : (
      <span key={key}>{text}</span>
    )
  })
  return english && language !== 'en' ? <span lang="en">{parts}</span> : parts
}
