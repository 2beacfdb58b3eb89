import classes from './Sentence.module.css'
import { sentenceParts } from './sentenceParts.ts'

/** What a rule says, its names emphasised. */
export function Sentence({ text }: { text: string }) {
  return sentenceParts(text).map(({ kind, text }, at) => {
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
}
