import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/**
 * Addresses inside the network: this machine, private networks, and whatever else no public registry has. An image's name is
 * text that anybody may write who can make a pod, and must not lead us there.
 */
const inside = blocked(
  ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ["192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"],
  ["::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"],
);

/** Where clouds serve a machine's own credentials: never a registry, whatever the configuration lists. */
const never = blocked(["0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"], ["fe80::/10", "ff00::/8", "fd00:ec2::254/128"]);

function blocked(...lists: readonly (readonly string[])[]): BlockList {
  const list = new BlockList();
  for (const range of lists.flat()) {
    const [network = "", bits] = range.split("/");
    list.addSubnet(network, Number(bits), isIP(network) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}

/** `host`: as in a URL, where an IPv6 address has brackets. Null for a name, which is only known once it is looked up. */
export function literalAddress(host: string): string | null {
  const bare = host.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? null : bare;
}

export function mayConnect(address: string, isPrivate: boolean): boolean {
  const list = isPrivate ? never : inside;
  return !list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

export class InsideAddress extends Error {
  override readonly name = "InsideAddress";
}

type Found = (err: NodeJS.ErrnoException | null, found: LookupAddress[]) => void;

/** Looks a name up once and gives out only addresses that may be connected to: what is checked is what is used. */
export function guardedLookup(
  isPrivate: boolean,
  lookup: (host: string, options: LookupAllOptions, done: Found) => void = systemLookup,
): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (err, found) => {
      if (err) return done(err, "", 0);
      const [first, ...more] = found;
      const isFine = found.every((it) => mayConnect(it.address, isPrivate));
      if (!first || !isFine) return done(new InsideAddress("an address inside the network"), "", 0);
      return options.all === true ? done(null, [first, ...more]) : done(null, first.address, first.family);
    });
  };
}
