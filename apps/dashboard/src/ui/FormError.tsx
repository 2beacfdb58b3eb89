import classes from './FormError.module.css'

/** Always in the page, so that a screen reader hears when something comes to stand in it. */
export function FormError({ text }: { text: string | null }) {
  return (
    <p role="alert" className={text === null ? classes.none : classes.error}>
      {text}
    </p>
  )
}
