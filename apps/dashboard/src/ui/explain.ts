import { ApiError, Forbidden, NotFound, Unreachable } from '@ohmstead/sdk'
import type { Messages } from '../i18n/en.ts'

/** An error in the order that people need: what happened, what it means, what to do; `detail` is for copying. */
export interface Explained {
  readonly happened: string
  readonly means?: string
  readonly todo?: string
  readonly detail: string
}

export function explain(error: unknown, { errors }: Messages): Explained {
  const detail = detailOf(error)
  if (error instanceof Unreachable)
    return {
      happened: errors.unreachable,
      means: errors.unreachableMeans,
      todo: errors.unreachableDo,
      detail,
    }
  if (error instanceof NotFound) return { happened: errors.notFound, means: errors.notFoundMeans, detail }
  if (error instanceof Forbidden) return { happened: errors.forbidden, todo: errors.forbiddenDo, detail }
  const translated = error instanceof ApiError ? codeText(errors, error.code) : undefined
  if (error instanceof ApiError && translated !== undefined)
    return { happened: translated, means: error.message, detail }
  if (error instanceof ApiError && error.retryable)
    return { happened: errors.unavailable, means: error.message, todo: errors.unavailableDo, detail }
  if (error instanceof ApiError) return { happened: error.message, detail }
  return { happened: errors.crashed, means: errors.crashedMeans, todo: errors.crashedDo, detail }
}

/** What a code means in the reader's language, where the server's own words, which are English, add little to it. */
function codeText({ codes }: Messages['errors'], code: string): string | undefined {
  return (codes as Readonly<Record<string, string>>)[code]
}

function detailOf(error: unknown): string {
  if (error instanceof ApiError) return JSON.stringify({ code: error.code, ...error.problem }, null, 2)
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
