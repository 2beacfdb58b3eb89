import { enableCompileCache, flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

/**
 * To be called before anything else is loaded. What the sources' types are stripped to and compiled to is kept in `folder`, so
 * that only the first start pays for it. And V8 is told to stay small: loading makes many objects that stay, which it else takes
 * for a busy program and sets 50 MB aside that an idle platform would never give back.
 */
export function beginLoading(folder: string): void {
  setFlagsFromString('--optimize-for-size')
  enableCompileCache(folder)
}

/** The parts are there: from now on the heap grows with what is done. */
export function endLoading(): void {
  // Compiled code is only taken again under the flags that it was written under; and who is killed writes nothing.
  flushCompileCache()
  setFlagsFromString('--no-optimize-for-size')
  // What queries and exports go through lies outside of the heap, yet counts: beside a small heap V8 would collect every 10 MB of
  // it, which takes half the time of an export. So it waits until as much again is there as it kept the last time.
  setFlagsFromString('--heap-growing-percent=100')
}
