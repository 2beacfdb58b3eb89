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
  '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '::/128', '::1/128', '64:ff9b::/96', '100::/64', '2001:db8::/32', 'fc00::/7', 'fe80::/10', 'ff00::/8',
] // biome-ignore format: a list

const blocked = new BlockList()
for (const range of notPublic) {
  const [address, bits] = range.split('/')
  blocked.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Whether an address is somebody's on the Internet. IPv4 inside IPv6 is judged as IPv4. */
export function isPublic(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  const version = isIP(plain)
  if (version === 6 && /^::ffff:/i.test(plain)) return false
  return version !== 0 && !blocked.check(plain, version === 6 ? 'ipv6' : 'ipv4')
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
