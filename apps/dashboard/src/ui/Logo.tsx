import classes from './Logo.module.css'

export function Logo() {
  return (
    <span className={classes.logo}>
      <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="7" className={classes.ground} />
        <path
          d="M16 7a8.200 8.200 0 0 0-4.600 15H8v3h7v-4.200a5.300 5.300 0 1 1 2 0V25h7v-3h-3.400A8.200 8.200 0 0 0 16 7z"
          fill="#fff"
        />
      </svg>
      Ohmstead
    </span>
  )
}
