import type { Messages } from '../i18n/en.ts'

/** What to do about a part of the server that is not well. */
export function healthTodo({ todo }: Messages['problems'], part: string): string {
  return (todo as Readonly<Record<string, string>>)[part] ?? todo.other
}
