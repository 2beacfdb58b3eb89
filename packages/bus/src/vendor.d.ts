declare module 'qlobber' {
  export interface QlobberOptions {
    wildcard_one?: string
    wildcard_some?: string
    separator?: string
    match_empty_levels?: boolean
  }
  /** Values by topic filter; `match` answers those whose filter selects the topic. */
  export class Qlobber<Value> {
    constructor(options?: QlobberOptions)
    add(filter: string, value: Value): this
    remove(filter: string, value?: Value): this
    match(topic: string): Value[]
    test(topic: string, value: Value): boolean
  }
}

declare module 'qlobber/aedes/qlobber-sub.js' {
  import { Qlobber } from 'qlobber'
  export interface StoredSubscription {
    clientId: string
    topic: string
    qos?: 0 | 1 | 2
    rh?: number
    rap?: boolean
    nl?: boolean
  }
  export default class QlobberSub extends Qlobber<StoredSubscription> {
    readonly subscriptionsCount: number
  }
}

declare module 'aedes-persistence/abstract.js' {
  const abstractPersistence: (options: object) => void
  export default abstractPersistence
}
