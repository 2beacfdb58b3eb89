import type { Messages } from '../../i18n/en.ts'

/** What the two directions are called: at the grid's own meter it is the grid that gives and takes. */
export interface FlowWords {
  /** As headings. */
  readonly used: string
  readonly fedIn: string
  /** In a sentence. */
  readonly usedWord: string
  readonly fedInWord: string
}

export function flowWords(text: Messages['energy'], isGrid: boolean): FlowWords {
  return isGrid
    ? { used: text.drawn, fedIn: text.fedIn, usedWord: text.drawnWord, fedInWord: text.toGridWord }
    : { used: text.used, fedIn: text.delivered, usedWord: text.usedWord, fedInWord: text.deliveredWord }
}
