import { spawnSync } from 'node:child_process'

/** Whether a program is installed here. */
export const has = (program: string): boolean => spawnSync('which', [program]).status === 0
