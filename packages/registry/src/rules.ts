import { Rule, type RulePatch, type RuleVersion } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import { Conflict, NotFound } from './errors.ts'
import { given, parse } from './parse.ts'
import type { Rules } from './registry.ts'
import type { RuleRow, RuleVersionRow, Schema } from './schema.ts'
import { loadSite } from './sites.ts'

const mostPerSite = 1000

type FullRow = RuleRow & Pick<RuleVersionRow, 'definition' | 'actions' | 'changed_at'>

export function rulesOf(core: Core): Rules {
  return {
    create: (by, site, input) => core.write(tx => createRule(core, tx, by, { ...input, site })),
    get: (site, id) => core.read(db => loadRule(db, site, id)),
    list: (site, page) => {
      const window = windowOf<string>('rules', page)
      return core.read(async db => {
        let query = full(db).where('rules.site', '=', site).orderBy('rules.id')
        if (window.after !== null) query = query.where('rules.id', '>', window.after)
        return pageOf(window, await query.limit(window.limit + 1).execute(), row => row.id, ruleOf)
      })
    },
    versions: (site, id) =>
      core.read(async db => {
        await loadRule(db, site, id)
        const query = db.selectFrom('rule_versions').selectAll().where('site', '=', site)
        return (await query.where('rule', '=', id).orderBy('version', 'desc').execute()).map(versionOf)
      }),
    all: site => core.read(db => allOf(db, site)),
    enabled: site => core.read(async db => (await allOf(db, site)).filter(({ enabled }) => enabled)),
    update: (by, site, id, patch) => core.write(tx => updateRule(core, tx, by, site, id, patch)),
    remove: (by, site, id) => core.write(tx => removeRule(core, tx, by, site, id)),
  }
}

/** Rules with what their present version says. */
function full(db: Kysely<Schema>) {
  return db
    .selectFrom('rules')
    .innerJoin('rule_versions', join =>
      join
        .onRef('rule_versions.site', '=', 'rules.site')
        .onRef('rule_versions.rule', '=', 'rules.id')
        .onRef('rule_versions.version', '=', 'rules.version'),
    )
    .selectAll('rules')
    .select(['rule_versions.definition', 'rule_versions.actions', 'rule_versions.changed_at'])
}

async function allOf(db: Kysely<Schema>, site: string | undefined): Promise<Rule[]> {
  const query = full(db).orderBy('rules.site').orderBy('rules.id')
  const own = site === undefined ? query : query.where('rules.site', '=', site)
  return (await own.execute()).map(ruleOf)
}

async function findRule(db: Kysely<Schema>, site: string, id: string): Promise<Rule | undefined> {
  const row = await full(db).where('rules.site', '=', site).where('rules.id', '=', id).executeTakeFirst()
  return row && ruleOf(row)
}

export async function loadRule(db: Kysely<Schema>, site: string, id: string): Promise<Rule> {
  const rule = await findRule(db, site, id)
  if (!rule) throw new NotFound('rule', id)
  return rule
}

async function createRule(core: Core, tx: Write, by: Actor, input: object): Promise<Rule> {
  const rule = parse(Rule, { ...input, version: 1, changedAt: core.clock.now() })
  await loadSite(tx.db, rule.site)
  if (await findRule(tx.db, rule.site, rule.id)) throw new Conflict('id', 'there is a rule with this id')
  await requireRoom(tx.db, rule.site)
  const { site, id, name, enabled, version } = rule
  await tx.db
    .insertInto('rules')
    .values({ site, id, name, enabled: enabled ? 1 : 0, version })
    .execute()
  await addVersion(tx.db, by, rule)
  await tx.audit({ who: by, action: 'rule.create', what: whatOf(rule), site, after: rule })
  tx.committed(() => core.emit({ kind: 'rule', site, rule: id }))
  return rule
}

async function requireRoom(db: Kysely<Schema>, site: string): Promise<void> {
  const { count } = await db
    .selectFrom('rules')
    .select(all => all.fn.countAll<number | string>().as('count'))
    .where('site', '=', site)
    .executeTakeFirstOrThrow()
  if (Number(count) >= mostPerSite) throw new Conflict('id', `a site has at most ${mostPerSite} rules`)
}

/** A new version only where what the rule says or does changes: a name or a switch is not worth one. */
async function updateRule(
  core: Core,
  tx: Write,
  by: Actor,
  site: string,
  id: string,
  patch: RulePatch,
): Promise<Rule> {
  const before = await loadRule(tx.db, site, id)
  const wanted = { ...before, ...given(patch), site, id }
  const isNew = says(before) !== says(wanted)
  const after = parse(Rule, {
    ...wanted,
    version: before.version + (isNew ? 1 : 0),
    changedAt: isNew ? core.clock.now() : before.changedAt,
  })
  if (isNew) await addVersion(tx.db, by, after)
  const { name, enabled, version } = after
  const update = tx.db.updateTable('rules').set({ name, enabled: enabled ? 1 : 0, version })
  await update.where('site', '=', site).where('id', '=', id).execute()
  await tx.audit({ who: by, action: 'rule.update', what: whatOf(after), site, before, after })
  tx.committed(() => core.emit({ kind: 'rule', site, rule: id }))
  return after
}

const says = ({ definition, actions }: Pick<Rule, 'definition' | 'actions'>) =>
  JSON.stringify([definition, actions])

async function removeRule(core: Core, tx: Write, by: Actor, site: string, id: string): Promise<void> {
  const before = await loadRule(tx.db, site, id)
  await tx.db.deleteFrom('rules').where('site', '=', site).where('id', '=', id).execute()
  await tx.audit({ who: by, action: 'rule.remove', what: whatOf(before), site, before })
  tx.committed(() => core.emit({ kind: 'rule', site, rule: id }))
}

async function addVersion(db: Kysely<Schema>, by: Actor, rule: Rule): Promise<void> {
  await db
    .insertInto('rule_versions')
    .values({
      site: rule.site,
      rule: rule.id,
      version: rule.version,
      definition: JSON.stringify(rule.definition),
      actions: JSON.stringify(rule.actions),
      changed_at: rule.changedAt,
      who_kind: by.kind,
      who_id: by.id,
    })
    .execute()
}

function ruleOf({ definition, actions, changed_at, enabled, ...same }: FullRow): Rule {
  return Rule.parse({
    ...same,
    enabled: enabled === 1,
    definition: JSON.parse(definition),
    actions: JSON.parse(actions),
    changedAt: changed_at,
  })
}

function versionOf(row: RuleVersionRow): RuleVersion {
  return {
    version: row.version,
    definition: JSON.parse(row.definition),
    actions: JSON.parse(row.actions),
    changedAt: row.changed_at,
    changedBy: { kind: row.who_kind, id: row.who_id },
  }
}

const whatOf = (rule: Rule) => `sites/${rule.site}/rules/${rule.id}`
