import type { Platform } from '@ohmstead/testkit'
import { until } from '@ohmstead/testkit'
import { furnish } from './realPage.ts'

export const fridgeOff = {
  id: 'fridge-off',
  name: 'Fridge and freezer is off',
  definition: {
    kind: 'template',
    template: 'threshold',
    parameters: { devices: ['fridge'], comparison: 'below', limit: 2, forMinutes: 30 },
  },
  actions: [{ kind: 'alert', severity: 'high' }],
}
export const peaks = {
  id: 'peaks',
  name: 'Peaks of the house',
  definition: {
    kind: 'epl',
    text: "@name('raise') select device, power as value from electricalMeter(device = 'mains', power > 500);\n@name('clear') select device, power as value from electricalMeter(device = 'mains', power <= 500)",
  },
  actions: [{ kind: 'alert', severity: 'low' }, { kind: 'event' }],
}

interface Rule {
  status: { state: string }
  definition: { kind: string }
  enabled: boolean
}

/** The rules of a server, as its administrator meets them. */
export function rulesOf(platform: Platform) {
  const path = '/api/sites/home'
  return {
    make: (rule: object) => platform.api('POST', `${path}/rules`, rule),
    rule: (id: string) => platform.api<Rule>('GET', `${path}/rules/${id}`),
    alerts: async (rule: string) =>
      (await platform.api<{ items: { state: string }[] }>('GET', `${path}/alerts?rule=${rule}`)).items,
  }
}

/** The furnished home with three rules: one has two versions, one is off. */
export async function furnishRules(platform: Platform): Promise<void> {
  await furnish(platform)
  const { make, rule } = rulesOf(platform)
  await make(fridgeOff)
  await make(peaks)
  await make({ ...fridgeOff, id: 'washer-silent', name: 'Washing machine sends nothing', enabled: false })
  const { definition } = fridgeOff
  await platform.api('PATCH', '/api/sites/home/rules/fridge-off', {
    definition: { ...definition, parameters: { ...definition.parameters, limit: 3, forMinutes: 20 } },
  })
  await until('the rules run', async () => {
    const rules = await Promise.all(['fridge-off', 'peaks'].map(rule))
    return rules.every(({ status }) => status.state === 'running')
  })
}
