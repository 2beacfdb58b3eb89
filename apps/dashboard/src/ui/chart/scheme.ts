import { useEffect, useState } from 'react'

/** Whether the page is dark now; changes after the page's colours did, so that they can be read. */
export function useDark(): boolean {
  const query = '(prefers-color-scheme: dark)'
  const [dark, setDark] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    // Mantine changes its variables in an effect of its own; colours are read after it.
    const change = () => requestAnimationFrame(() => setDark(media.matches))
    media.addEventListener('change', change)
    return () => media.removeEventListener('change', change)
  }, [])
  return dark
}
