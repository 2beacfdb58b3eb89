import { lookup as resolve } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { OhmsteadError } from '@ohmstead/model'

/** A webhook's host is an address inside this network, which would let a rule reach what only this machine can. */
export class AddressRefused extends OhmsteadError {
  override readonly name = 'AddressRefused'
  readonly code = 'OHM_ADDRESS_REFUSED'
}

const notPublic = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4',
  '240.0.0.0/4', '::/96', '::ffff:0:0:0/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '3fff::/20', '5f00::/16',
  'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8',
] // biome-ignore format: a list

/**
 * Ranges whose addresses hold an IPv4 address that a translator or tunnel on the way sends to, and where it begins: in which of the
 * eight groups. Teredo (2001::/32) hides two, one of them turned over, and is dead: it is refused with its neighbours above.
 */
const carriers = [
  { range: '::ffff:0:0/96', group: 6, name: 'mapped, RFC 4291' },
  { range: '64:ff9b::/96', group: 6, name: 'NAT64, RFC 6052' },
  { range: '2002::/16', group: 1, name: '6to4, RFC 3056' },
].map(carrier => ({ ...carrier, list: listOf([carrier.range]) }))

const blocked = listOf(notPublic)

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address, bits] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/** Whether an address is somebody's on the Internet. IPv4 inside IPv6 is judged as IPv4. */
export function isPublic(address: string): boolean {
  const version = isIP(address)
  if (version === 0) return false
  if (version === 4) return !blocked.check(address, 'ipv4')
  const groups = groupsOf(address)
  if (groups === undefined) return false
  // A BlockList takes mapped addresses for IPv4, so it is asked by the groups, written plainly.
  const plain = groups.map(group => group.toString(16)).join(':')
  const carrier = carriers.find(({ list }) => list.check(plain, 'ipv6'))
  if (carrier) return isPublic(embedded(groups, carrier.group))
  return !blocked.check(plain, 'ipv6')
}

function embedded(groups: readonly number[], at: number): string {
  const [high, low] = [groups[at], groups[at + 1]]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight groups of an IPv6 address; undefined with a zone, which only names interfaces of this machine. */
function groupsOf(address: string): number[] | undefined {
  if (address.includes('%')) return undefined
  const dotted = address.replace(/\d+\.\d+\.\d+\.\d+$/, four => {
    const [a, b, c, d] = four.split('.').map(Number)
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })
  const [head, tail] = dotted.split('::').map(part => (part === '' ? [] : part.split(':')))
  const gap = tail === undefined ? [] : new Array(8 - head.length - tail.length).fill('0')
  return [...head, ...gap, ...(tail ?? [])].map(group => Number.parseInt(group, 16))
}

/** @throws AddressRefused for a host that is written as an address inside */
export function requirePublicHost(host: string): void {
  const address = host.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && !isPublic(address)) throw refusal(host)
}

/**
 * Looks a name up for a connection, and gives only addresses that are public: judged here, where the connection gets its
 * address, so that a name cannot answer differently the next time it is asked.
 */
export const publicLookup: LookupFunction = (host, options, done) => {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '', 0)
    const inside = addresses.find(({ address }) => !isPublic(address))
    if (inside) return done(refusal(host), '', 0)
    if (options.all) return done(null, addresses)
    done(null, addresses[0].address, addresses[0].family)
  })
}

function refusal(host: string): AddressRefused {
  return new AddressRefused(
    `'${host}' is an address inside this network; set rules.privateWebhooks to allow such addresses`,
  )
}
