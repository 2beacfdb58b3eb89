import { type Commands, runCommand } from './command.ts'
import { watchNpmShell } from './npmShell.ts'

// Each command loads its own parts: `ohmstead token` need not pay for the broker and the store.
export const commands: Commands = {
  serve: {
    summary: 'runs the platform',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  demo: {
    summary: 'runs the platform with three simulated homes and an office',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  import: {
    summary: 'loads readings from a CSV, Parquet or line protocol file',
    load: async () => (await import('./import.ts')).importCommand,
  },
  play: {
    summary: 'publishes recorded readings over MQTT as their devices, at any speed',
    load: async () => (await import('./play.ts')).playCommand,
  },
  export: {
    summary: 'writes readings of a site to a file',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  token: {
    summary: 'makes, lists and revokes API tokens of this installation',
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  doctor: {
    summary: 'looks for what keeps the platform from running well, and says what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
}

/** Runs the process's own command line; the exit code is set when it is done. */
export async function main(): Promise<void> {
  const stop = new AbortController()
  // Whoever reads may have seen enough (`… | head`), or be gone: neither ends what runs.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  process.on('SIGINT', () => stop.abort(new Error('SIGINT')))
  process.on('SIGTERM', () => stop.abort(new Error('SIGTERM')))
  watchNpmShell(process.env, () => stop.abort(new Error('npm was stopped')))
  const io = { out: process.stdout, err: process.stderr, env: process.env, signal: stop.signal }
  process.exitCode = await runCommand(commands, process.argv.slice(2), io)
}
