/** Cases that do not pass, and why. */
export const known: Record<string, string> = {
  'infra-named-window-views/infra-ext-time-window-1': 'does not say what MySimpleKeyValueMap is',
  'infra-named-window-views/infra-time-order-window-1': 'does not say what MySimpleKeyValueMap is',
}
