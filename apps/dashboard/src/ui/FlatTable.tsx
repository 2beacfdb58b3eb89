// biome-ignore-all lint/a11y/useSemanticElements: rows of a <table> cannot be grids, nor left undrawn while out of sight
// biome-ignore-all lint/a11y/useFocusableInteractive: the table is read, not operated
import type { ComponentProps } from 'react'

/** A table for reading whose rows are laid out by CSS grid; screen readers meet it as any other table. */
export const FlatTable = (props: ComponentProps<'div'>) => <div role="table" {...props} />
export const FlatRow = (props: ComponentProps<'div'>) => <div role="row" {...props} />
export const FlatHead = (props: ComponentProps<'span'>) => <span role="columnheader" {...props} />
export const FlatRowHead = (props: ComponentProps<'span'>) => <span role="rowheader" {...props} />
export const FlatCell = (props: ComponentProps<'span'>) => <span role="cell" {...props} />
