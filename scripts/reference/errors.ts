import { globSync, readFileSync } from 'node:fs'
import { known } from '../../apps/server/src/http/problem.ts'
import { code, generated, plain, table } from './markdown.ts'

/** What to do about each code that the API answers with. */
const advice: Readonly<Record<string, string>> = {
  OHM_INVALID_INPUT: 'Change what `field` names; `errors` lists all of them.',
  OHM_NOT_SIGNED_IN: 'Sign in, or send `Authorization: Bearer …` with a token that was not revoked.',
  OHM_WRONG_CREDENTIALS: 'Try again; *Forgot password* mails a link where SMTP is configured.',
  OHM_FORBIDDEN:
    'Ask an owner of the site for the role, or take a token with the scope; see [Rights](./rights).',
  OHM_FOREIGN_ORIGIN:
    'Programs use a token and no cookie. Behind a proxy pass `Host` on as the browser sent it.',
  OHM_NOT_FOUND: 'Check the address and the ids. What the caller may not see answers the same.',
  OHM_NOT_IN_LEDGER:
    'List what there is: `GET …/edits`, `GET …/virtual-meters`. An edit is undone once only.',
  OHM_METHOD_NOT_ALLOWED: 'Use the method that the reference names.',
  OHM_TIMEOUT: 'Send the request faster or in smaller pieces; it has 120 s.',
  OHM_CONFLICT: 'Choose another id, or first remove what `field` speaks of.',
  OHM_SITE_HAS_ACTUATORS:
    'Play into a site without devices that can be controlled, or confirm it with the right to control each of them.',
  OHM_MAIL_NOT_CONFIGURED: 'Set `smtp.url` and `smtp.from`, or hand the link over yourself.',
  OHM_MAIL_NOT_SENT: 'Look into the log for the mail server’s answer; try again.',
  OHM_LINK_EXPIRED: 'Ask for a new link. Setup links are new at each start.',
  OHM_CONTENT_TOO_LARGE: 'Send less at once.',
  OHM_UNSUPPORTED_CONTENT: 'Send the `Content-Type` that the detail names, usually `application/json`.',
  OHM_SERIES_TYPE_MISMATCH:
    'A series keeps the type of its first value: send that type, or use another field.',
  OHM_RULE_FAULT: 'Change the text at `line` and `column`; `expected` lists what could stand there.',
  OHM_RULE_UNSUPPORTED: 'Say it with what [the language](../concepts/rules) has.',
  OHM_QUERY_TOO_LARGE: 'Ask for a shorter time, fewer series or longer buckets.',
  OHM_TOO_MANY_ATTEMPTS: 'Wait as long as `Retry-After` says.',
  OHM_TOO_MANY_REPLAYS: 'Stop a replay, or wait for the end of one.',
  OHM_TOO_MANY_REQUESTS:
    'Wait for answers before you ask again: a caller has six queries at a time, 100 more may wait.',
  OHM_INTERNAL: 'A fault of ours. The log of that moment says why; please report it.',
  OHM_STORE_DAMAGED:
    'Export what can still be read, and put back the last backup. See [Health](../operations/health).',
  OHM_STORE_UNAVAILABLE:
    'Send the same again after `Retry-After`; nothing was kept. See [Health](../operations/health).',
  OHM_REGISTRY_UNAVAILABLE: 'Try again; look for free space and rights of the data folder.',
  OHM_OVERLOADED: 'Send the same again after `Retry-After`; nothing of it was taken.',
  OHM_LEDGER_CLOSED: 'The server is stopping. Try again when it runs.',
  OHM_UNAVAILABLE: 'Try again.',
}

/** What to do about those that end a command instead. */
const adviceForCommands: Readonly<Record<string, string>> = {
  OHM_DATA_FOLDER_REFUSED:
    'Do as the message says: another folder, the newer version, or stop the process that it names.',
  OHM_STORE_NOT_OPENED: 'Stop the other process, or install the version that wrote the folder.',
  OHM_LEDGER_NOT_OPENED: 'The same; a damaged `ledger.db` comes from the backup.',
  OHM_ALERTS_NOT_OPENED:
    'The same; without `alerts.db` a new one is made, and the history of alerts is lost.',
  OHM_NEWER_DATABASE: 'Install the newer version again. Nothing was changed.',
  OHM_BUS_STATE_UNUSABLE: 'Damage is set aside by itself; a newer file needs the newer version.',
  OHM_BUS_LISTEN: 'Stop what listens there, or set `OHMSTEAD_MQTT_PORT`.',
  OHM_HTTP_LISTEN: 'Stop what listens there, or set `OHMSTEAD_HTTP_PORT`.',
  OHM_SERVER_REFUSED: 'Check `--url`, the token and the site; the message has the server’s reason.',
}

export function errorsPage(): string {
  const answers = Object.entries(known)
    .sort(([a, [one]], [b, [other]]) => one - other || a.localeCompare(b))
    .map(([name, [status, title]]) => [code(name), String(status), title, adviceFor(name, advice)])
  const ends = classes()
    .filter(({ name }) => Object.hasOwn(adviceForCommands, name))
    .map(({ name, meaning }) => [code(name), plain(meaning), adviceFor(name, adviceForCommands)])
  return `# Errors

${generated} The API answers errors as \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, \`detail\` and \`code\`;
\`field\` and \`errors\` where an input is at fault, \`retryAfter\` (also the header \`Retry-After\`, s) where the same request may succeed later.
Branch on \`code\`, never on words. Line protocol has InfluxDB’s form of errors instead. Readings that were refused are no error of the
request as long as one was taken; see [Readings](../concepts/readings#what-is-refused).

${table(['code', 'status', 'meaning', 'what to do'], answers)}

## When the server does not start, or a command ends

Exit codes: 0 done; 1 failed; 2 called wrongly, or a setting that cannot be; 3 done, but some lines were refused (\`import\`, \`play\`);
130 interrupted. The reason is on standard error.

${table(['code', 'meaning', 'what to do'], ends)}
`
}

/** Codes of the API that nobody wrote advice for, and advice for codes that are no more. */
export function strayAdvice(): string[] {
  const codes = new Set(Object.keys(known))
  const everywhere = new Set(classes().map(({ name }) => name))
  return [
    ...Object.keys(known).filter(name => !Object.hasOwn(advice, name)),
    ...Object.keys(advice).filter(name => !codes.has(name)),
    ...Object.keys(adviceForCommands).filter(name => !everywhere.has(name)),
  ]
}

function adviceFor(name: string, from: Readonly<Record<string, string>>): string {
  return from[name] ?? ''
}

/** Every error class in the sources: its code and what its comment says. */
function classes(): { name: string; meaning: string }[] {
  const files = globSync('{packages,apps}/*/src/**/*.ts').filter(file => !file.endsWith('.test.ts'))
  const declared =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export class \w+ extends OhmsteadError \{\s+override readonly name = '\w+'\s+readonly code = '(OHM_\w+)'/g
  return files.sort().flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(declared)].map(([, comment, name]) => ({
      name: name!,
      meaning: comment!
        .replace(/^\s*\*? ?/gm, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    })),
  )
}
