import { caseLimits, RuleCase } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { Conflict, NotFound } from './errors.ts'
import { parse } from './parse.ts'
import type { RuleCases } from './registry.ts'
import { loadRule } from './rules.ts'
import type { RuleCaseRow, Schema } from './schema.ts'

export function ruleCasesOf(core: Core): RuleCases {
  return {
    list: (site, rule) =>
      core.read(async db => {
        await loadRule(db, site, rule)
        return (await ofRule(db, site, rule).orderBy('id').execute()).map(caseOf)
      }),
    add: (by, input) => core.write(tx => addCase(core, tx, by, input)),
    remove: (by, site, rule, id) => core.write(tx => removeCase(tx, by, { site, rule, id })),
  }
}

const ofRule = (db: Kysely<Schema>, site: string, rule: string) =>
  db.selectFrom('rule_cases').selectAll().where('site', '=', site).where('rule', '=', rule)

async function addCase(core: Core, tx: Write, by: Actor, input: object): Promise<RuleCase> {
  const made = parse(RuleCase, { ...input, madeAt: core.clock.now() })
  const { site, rule, id, name, from: begins, to: ends, madeAt: made_at } = made
  await loadRule(tx.db, site, rule)
  const others = await ofRule(tx.db, site, rule).execute()
  if (others.some(other => other.id === id)) throw new Conflict('id', 'there is a case with this id')
  if (others.length >= caseLimits.perRule)
    throw new Conflict('id', `a rule has at most ${caseLimits.perRule} cases`)
  const [expected, basis] = [JSON.stringify(made.expected), JSON.stringify(made.basis)]
  await tx.db
    .insertInto('rule_cases')
    .values({ site, rule, id, name, begins, ends, expected, basis, made_at })
    .execute()
  const { expected: _, basis: __, ...after } = made
  await tx.audit({ who: by, action: 'rule-case.create', what: whatOf(made), site, after })
  return made
}

async function removeCase(
  tx: Write,
  by: Actor,
  which: Pick<RuleCase, 'site' | 'rule' | 'id'>,
): Promise<void> {
  const { site, rule, id } = which
  const found = await ofRule(tx.db, site, rule).where('id', '=', id).executeTakeFirst()
  if (!found) throw new NotFound('case', id)
  const own = tx.db.deleteFrom('rule_cases').where('site', '=', site).where('rule', '=', rule)
  await own.where('id', '=', id).execute()
  const before = { id, name: found.name, from: found.begins, to: found.ends }
  await tx.audit({ who: by, action: 'rule-case.remove', what: whatOf(which), site, before })
}

function caseOf({ begins, ends, expected, basis, made_at, ...same }: RuleCaseRow): RuleCase {
  return RuleCase.parse({
    ...same,
    ...{ from: begins, to: ends, madeAt: made_at },
    ...{ expected: JSON.parse(expected), basis: JSON.parse(basis) },
  })
}

const whatOf = ({ site, rule, id }: Pick<RuleCase, 'site' | 'rule' | 'id'>) =>
  `sites/${site}/rules/${rule}/cases/${id}`
