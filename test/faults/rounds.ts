/** The long rounds run alone on their machine, so only they judge how long something took. */
export const isLong = process.env.OHMSTEAD_FAULT_ROUNDS === 'long'

/** How many rounds a fault test runs: few in the ordinary suite, all of them with OHMSTEAD_FAULT_ROUNDS=long. */
export function rounds(short: number, long: number): number {
  return isLong ? long : short
}

/** Short and long. */
export type Rounds = readonly [short: number, long: number]

/** A pause of random length, ms: the moment a fault strikes is not the test's to choose. */
export function somewhere(from: number, to: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, from + Math.random() * (to - from)))
}

export const isRoot = process.getuid?.() === 0
