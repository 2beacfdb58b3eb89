import type { ReactNode } from 'react'
import type { FlowWords } from './flows.ts'
import type { Labels } from './labels.ts'
import type { Names } from './names.ts'
import classes from './picture.module.css'
import type { Segment } from './segments.ts'
import type { Shown } from './shown.ts'
import type { EnergyShown } from './useEnergy.ts'

/** Every picture is as high, so that nothing jumps between them, px. */
export const pictureHeight = 320

/** What pictures are made of. */
export interface Pictured {
  readonly shown: Shown
  readonly energy: EnergyShown
  /** The segments that get a colour of their own, and the one of all others. */
  readonly drawn: readonly Segment[]
  readonly names: Names
  readonly words: FlowWords
  readonly labels: Labels
}

/** Words where the picture would be. */
export function InPlace({ children }: { children: ReactNode }) {
  return (
    <div className={classes.inPlace} style={{ minHeight: pictureHeight }}>
      {children}
    </div>
  )
}
