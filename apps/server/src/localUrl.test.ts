import { expect, test } from 'vitest'
import { localUrl } from './localUrl.ts'

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['::', 'http://[::1]:8080'],
  ['fd00::7', 'http://[fd00::7]:8080'],
  ['energy.local', 'http://energy.local:8080'],
])('%s', (host, url) => expect(localUrl(host, 8080)).toBe(url))
