/** Cases that do not pass, and why. */
export const known: Record<string, string> = {
  'result-set-order-by-row-per-event/result-set-row-per-event-max-sum-1':
    'max(sum(x)): an aggregate inside another one is refused',
  'context-nested/context-nested-partitioned-over-pattern-initiated-1':
    'counts the event that ends a partition of an inner context; we never do',
  'infra-named-window-views/infra-ext-time-window-1': 'does not say what MySimpleKeyValueMap is',
  'infra-named-window-views/infra-time-order-window-1': 'does not say what MySimpleKeyValueMap is',
}
