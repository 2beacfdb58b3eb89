import { InvalidInput } from '@ohmstead/model'
import { z } from 'zod'

/** @throws InvalidInput naming the first field that is wrong */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new InvalidInput(issue.path.map(String).join('.'), issue.message)
}

/** What a patch sets, without the fields it leaves out. */
export function given<T extends object>(patch: T): Partial<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>
}

/** Lower case and trimmed. @throws InvalidInput `email` */
export function parseEmail(text: unknown): string {
  const email = typeof text === 'string' ? text.trim().toLowerCase() : ''
  if (email.length <= 254 && z.email().safeParse(email).success) return email
  throw new InvalidInput('email', 'expected an e-mail address')
}

/** @throws InvalidInput unless it is an IANA zone that this runtime knows */
export function parseZone(name: string): string {
  try {
    if (/^[A-Za-z]/.test(name)) return new Intl.DateTimeFormat('en', { timeZone: name }) && name
  } catch {
    // Falls through to the refusal below.
  }
  throw new InvalidInput('timezone', 'expected an IANA time zone such as Europe/Oslo')
}
