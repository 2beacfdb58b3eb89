/** Longest name of a measurement, field or tag, in UTF-16 units. */
export const maxNameLength = 128

// C0 and C1 controls, DEL, and the line ends that only Unicode knows.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const inherited = new Set(['__proto__', 'constructor', 'prototype'])

// Names come again and again; the set is emptied rather than grown beyond its bound.
const good = new Set<string>()
const maxRemembered = 20_000

/** Why a measurement, field or tag cannot have this name; undefined when it can. */
export function nameFault(name: string): string | undefined {
  if (good.has(name)) return undefined
  const fault = inspect(name)
  if (fault !== undefined) return fault
  if (good.size >= maxRemembered) good.clear()
  good.add(name)
  return undefined
}

function inspect(name: string): string | undefined {
  if (name === '') return 'a name is empty'
  if (name.length > maxNameLength) return `a name longer than ${maxNameLength} characters`
  if (inherited.has(name)) return `'${name}' cannot be a name`
  return textFault(name)
}

/** Why a text that is part of a series' identity cannot be kept: it would come back as another. */
export function textFault(text: string): string | undefined {
  if (control.test(text)) return 'contains a control character'
  if (!text.isWellFormed()) return 'is not valid Unicode'
  return undefined
}
