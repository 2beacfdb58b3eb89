import { settings } from '../../apps/server/src/config/settings.ts'
import { code, generated, table } from './markdown.ts'

export function configurationPage(): string {
  const rows = settings.map(({ path, env, flag, description, default: preset }) => [
    code(path.join('.')),
    code(env),
    code(`--${flag}`),
    preset === undefined ? '' : code(JSON.stringify(preset)),
    description,
  ])
  return `# Configuration

${generated} Flags win over the environment, which wins over \`ohmstead.yaml\` (\`--config FILE\` names another). Lists are
written with commas in the environment and in flags. A setting that does not exist, or has a value that cannot be, stops the start
and is named.

${table(['setting', 'environment', 'flag', 'default', ''], rows)}
`
}
