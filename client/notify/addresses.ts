import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Problem } from '../../accounting/problem.ts';

/** What is no public address, by IANA's special-purpose registries. One list a family: ::ffff:0:0/96 stands for all of IPv4. */
const notPublic4 = new BlockList();
const notPublic6 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic4.addSubnet(net, prefix);
}
// Of IPv6 what is given out (2000::/3), without what wraps other addresses (Teredo, 6to4) and documentation.
for (const [net, prefix] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic6.addSubnet(net, prefix, 'ipv6');
}

/** True for an address that a stranger may name: nothing of ours answers there. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return family === 6 ? !notPublic6.check(address, 'ipv6') : !notPublic4.check(address);
}

/** The connection would have gone to this machine or its network. */
export class PrivateAddress extends Error {}

/** Name resolution that answers public addresses alone: what was looked at is what is connected to. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
      return callback(new PrivateAddress(), '');
    }
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

/** The host without an IPv6 address's brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** True when the URL names an address, and one that is not public; names are looked at when they are resolved. */
export const namesPrivateAddress = (url: URL): boolean =>
  isIP(hostOf(url)) !== 0 && !isPublicAddress(hostOf(url));

const isLocal = (url: URL): boolean =>
  hostOf(url) === 'localhost' || hostOf(url).endsWith('.localhost') || namesPrivateAddress(url);

/**
 * What may be registered: https to a public host; with private addresses allowed, those as well and over http.
 * @throws Problem `webhooks.url-refused`
 */
export function webhookUrl(text: string, privateAddresses: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isGood =
    url !== undefined &&
    text.length <= 2_000 &&
    url.username === '' &&
    url.password === '' &&
    url.hash === '' &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && privateAddresses && isLocal(url))) &&
    (privateAddresses || !isLocal(url));
  if (isGood) return url;
  throw new Problem({
    code: 'webhooks.url-refused',
    what: 'Adressen går inte att använda för meddelanden.',
    advice:
      'Ange en https-adress till en server som nås från internet, utan användarnamn, lösenord och fragment.',
  });
}
