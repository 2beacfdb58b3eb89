/** Time worked, as short as it can be said: "12 ms", "3.4 s", "2 min", "5 hr", "3 days". */
export function workText(ms: number, locale: string): string {
  const [unit, amount] =
    ms < 1000
      ? (['millisecond', ms] as const)
      : ms < 60_000
        ? (['second', ms / 1000] as const)
        : ms < 3_600_000
          ? (['minute', ms / 60_000] as const)
          : ms < 2 * 86_400_000
            ? (['hour', ms / 3_600_000] as const)
            : (['day', ms / 86_400_000] as const)
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: unit !== 'millisecond' && amount < 10 ? 1 : 0,
  }).format(amount)
}
