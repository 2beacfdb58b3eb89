type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** Chooses a text by the language's own plural rules. */
export function plural(locale: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale)
  return (count, forms) => forms[rules.select(count)] ?? forms.other
}
