import { describe, expect, test } from 'vitest'
import { AddressRefused, isPublic, requirePublicHost } from './addressGuard.ts'

describe('an address is somebody’s on the Internet', () => {
  test.each([
    ['93.184.216.34', 'IPv4'],
    ['172.32.0.1', 'just beside a private range'],
    ['100.128.0.1', 'just beside carriers’ own'],
    ['2606:4700:4700::1111', 'IPv6'],
    ['2a00:1450:4001:80b::200e', 'IPv6'],
    ['::ffff:93.184.216.34', 'mapped, of a public one'],
    ['::FFFF:5db8:d822', 'the same in hexadecimal'],
    ['0:0:0:0:0:ffff:93.184.216.34', 'the same in full'],
    ['64:ff9b::93.184.216.34', 'NAT64, of a public one'],
    ['2002:5db8:d822::1', '6to4, of a public one'],
  ])('%s (%s)', address => expect(isPublic(address)).toBe(true))
})

describe('an address is inside, or nobody’s', () => {
  test.each([
    ['127.0.0.1', 'this machine'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'metadata of clouds'],
    ['100.64.0.1', 'carriers’ own'],
    ['192.88.99.1', 'where 6to4 was relayed'],
    ['0.0.0.0', 'this machine too'],
    ['255.255.255.255', 'everybody near'],
    ['224.0.0.1', 'many'],
    ['::', 'this machine too'],
    ['::1', 'this machine'],
    ['0:0:0:0:0:0:0:1', 'the same in full'],
    ['fe80::1', 'this link'],
    ['fe80::1%eth0', 'this link, by its interface'],
    ['fd00::1', 'private'],
    ['fec0::1', 'private, once'],
    ['ff02::1', 'many'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['100::1', 'nowhere'],
    ['::ffff:127.0.0.1', 'mapped'],
    ['::ffff:7f00:1', 'mapped, in hexadecimal'],
    ['0:0:0:0:0:ffff:a9fe:a9fe', 'mapped, in full'],
    ['::ffff:10.0.0.1', 'mapped'],
    ['::127.0.0.1', 'compatible'],
    ['::93.184.216.34', 'compatible: long gone, so nobody’s'],
    ['::ffff:0:127.0.0.1', 'translated'],
    ['64:ff9b::127.0.0.1', 'NAT64'],
    ['64:ff9b::a00:1', 'NAT64, in hexadecimal'],
    ['64:ff9b::a9fe:a9fe', 'NAT64, of metadata'],
    ['64:ff9b:1::93.184.216.34', 'NAT64 of one’s own network'],
    ['2002:7f00:1::1', '6to4'],
    ['2002:a9fe:a9fe::1', '6to4, of metadata'],
    ['2002:c0a8:101:1:2:3:4:5', '6to4, of a private one'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['example.org', 'no address'],
    ['', 'nothing'],
  ])('%s (%s)', address => expect(isPublic(address)).toBe(false))
})

test('a host that is written as such an address is refused in words, a name is looked up later', () => {
  for (const host of ['[::ffff:7f00:1]', '[2002:7f00:1::]', '127.0.0.1', '[64:ff9b::a00:1]'])
    expect(() => requirePublicHost(host), host).toThrow(AddressRefused)
  for (const host of ['[2606:4700:4700::1111]', '93.184.216.34', 'example.org'])
    expect(() => requirePublicHost(host), host).not.toThrow()
})
