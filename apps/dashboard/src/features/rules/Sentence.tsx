import { useReader } from '../../i18n/context.tsx'
import classes from './Rules.module.css'
import { sentenceParts } from './sentence.ts'

/** A rule in words, its names set apart. The server says them in English, which a screen reader has to know. */
export function Sentence({ text }: { text: string }) {
  const { language } = useReader()
  return (
    <span className={classes.sentence} {...(language !== 'en' && { lang: 'en' })}>
      {sentenceParts(text).map(({ kind, text }, at) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is told apart by nothing but its place
        if (kind === 'name') return <strong key={at}>{text}</strong>
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        return kind === 'code' ? <code key={at}>{text}</code> : text
      })}
    </span>
  )
}
