import { resolve } from 'node:path'

/** Where `npm run build` puts the dashboard. */
export const dashboardFolder = resolve(import.meta.dirname, '../../dashboard/dist')
