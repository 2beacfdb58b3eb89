import { isUtf8 } from 'node:buffer'

/** Bounds of topics and filters. */
export interface TopicLimits {
  readonly maxTopicBytes: number
  readonly maxTopicDepth: number
}

// NUL must not occur [MQTT-1.5.3-2]; the other control characters may be refused, and would only serve to forge log lines.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/

/** Strict UTF-8 without control characters, or `undefined`. */
export function readText(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString('utf8')
  return control.test(text) ? undefined : text
}

function depth(topic: string): number {
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++
  return levels
}

function fits(text: string, limits: TopicLimits): boolean {
  return (
    text.length > 0 && Buffer.byteLength(text) <= limits.maxTopicBytes && depth(text) <= limits.maxTopicDepth
  )
}

/** A topic name one may publish to: no wildcards, none of the broker's own `$…`. */
export function isTopicName(topic: string, limits: TopicLimits): boolean {
  return fits(topic, limits) && !control.test(topic) && !/[+#]/.test(topic) && !topic.startsWith('$')
}

/** A topic filter: `+` and `#` stand alone in their level, `#` only in the last. [MQTT-4.7.1-2, 4.7.1-3] */
export function isTopicFilter(filter: string, limits: TopicLimits): boolean {
  if (!fits(filter, limits) || control.test(filter)) return false
  const levels = filter.split('/')
  return levels.every((level, at) => {
    if (level === '#') return at === levels.length - 1
    return level === '+' || !/[+#]/.test(level)
  })
}

/** Whether `filter` (well formed) selects `topic`. A leading wildcard does not select `$…`. [MQTT-4.7.2-1] */
export function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return true
    if (at >= levels.length || (level !== '+' && level !== levels[at])) return false
  }
  return wanted.length === levels.length
}
