/**
 * Waits for a condition, not for a time.
 * @throws when it does not hold within `withinMs`, naming what was waited for
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  { withinMs = 20_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`)
    await new Promise(retry => setTimeout(retry, everyMs))
  }
}
