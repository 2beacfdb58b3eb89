import { commands } from '../../apps/server/src/cli/main.ts'
import { fence, generated } from './markdown.ts'

export async function commandPage(): Promise<string> {
  const sections = await Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => {
      const { usage } = await load()
      return `## ${name}\n\n${summary[0]!.toUpperCase()}${summary.slice(1)}.\n\n${fence('text', usage.trim())}`
    }),
  )
  return `# The command \`ohmstead\`

${generated} It is what each command’s \`--help\` says. From a clone, call it through npm, which brings the right Node.js:

${fence('sh', 'npm exec ohmstead -- doctor')}

Everything after the two hyphens is the command’s. [Exit codes](./errors#when-the-server-does-not-start-or-a-command-ends) are the same for all.

${sections.join('\n\n')}
`
}
