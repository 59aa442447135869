import type { LookupAddress } from "node:dns";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guardedLookup, literalAddress, mayConnect } from "../../src/registry/address.ts";

describe("addresses inside the network", () => {
  test.each([
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
  ])("%s is one", (address) => {
    expect(mayConnect(address, false)).toBe(false);
  });

  test.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1", "::ffff:8.8.8.8"])(
    "%s is none",
    (address) => {
      expect(mayConnect(address, false)).toBe(true);
    },
  );

  test.each(["169.254.169.254", "0.0.0.0", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"])(
    "%s is no registry, listed or not",
    (address) => {
      expect(mayConnect(address, true)).toBe(false);
    },
  );

  test.each(["127.0.0.1", "10.0.0.1", "fd12:3456::1", "::1"])("%s may be one that is listed as private", (address) => {
    expect(mayConnect(address, true)).toBe(true);
  });

  test("are the same however an IPv4 address is written in a URL", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
        const whole = ((a * 256 + b) * 256 + c) * 256 + d;
        for (const written of [`${whole}`, `0x${whole.toString(16)}`, `${a}.${b * 65536 + c * 256 + d}`]) {
          expect(literalAddress(new URL(`http://${written}/`).hostname)).toBe(address);
        }
        expect(mayConnect(`::ffff:${address}`, false)).toBe(mayConnect(address, false));
      }),
    );
  });
});

type Lookup = NonNullable<Parameters<typeof guardedLookup>[1]>;

const resolving =
  (...addresses: readonly string[]): Lookup =>
  (_, __, done) => {
    const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 }));
    done(null, found);
  };

const ask = async (of: Lookup, all: boolean) =>
  new Promise((resolve) => {
    guardedLookup(false, of)("registry.example", { all }, (err, found) => resolve(err?.name ?? found));
  });

describe("a name that is looked up", () => {
  test("gives the address that was checked, and no other", async () => {
    expect(await ask(resolving("8.8.8.8"), false)).toBe("8.8.8.8");
    expect(await ask(resolving("8.8.8.8", "2606:4700::1"), true)).toEqual([
      { address: "8.8.8.8", family: 4 },
      { address: "2606:4700::1", family: 6 },
    ]);
  });

  test("is refused when one of its addresses is inside the network", async () => {
    expect(await ask(resolving("8.8.8.8", "127.0.0.1"), true)).toBe("InsideAddress");
    expect(await ask(resolving("169.254.169.254"), false)).toBe("InsideAddress");
  });
});
