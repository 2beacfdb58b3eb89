const lookEveryMs = 500

/**
 * Calls `gone` once when the shell that `npm start` put between itself and this process has ended. npm passes SIGTERM on to
 * that shell only, so without this a stopped `npm start` would leave its platform running, with the port and the data folder.
 */
export function watchNpmShell(env: Readonly<Record<string, string | undefined>>, gone: () => void): void {
  if (env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    gone()
  }, lookEveryMs)
  timer.unref()
}
