import { useEffect, useRef, useState } from 'react'

export type Keys = Readonly<Record<string, () => void>>

const remembered = 'ohmstead.letterKeys'

/**
 * Keys of the page. They leave inputs, dialogs and whatever uses arrows itself alone. Single letters can be switched off,
 * for those who speak to their browser.
 */
export function useKeys(keys: Keys): { letters: boolean; setLetters: (on: boolean) => void } {
  const latest = useRef(keys)
  latest.current = keys
  const [letters, setLetters] = useState(() => localStorage.getItem(remembered) !== 'off')
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return
      const target = event.target instanceof Element ? event.target : null
      if (target?.closest('input, select, textarea, [role="dialog"], [role="menu"], [data-own-keys]')) return
      const name = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const run = latest.current[name]
      if (run === undefined || (event.key.length === 1 && !letters)) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [letters])
  return {
    letters,
    setLetters(on) {
      localStorage.setItem(remembered, on ? 'on' : 'off')
      setLetters(on)
    },
  }
}
