import type { ImageRule } from "../../sim/kubernetes/image.ts";

/** What runs in the demo's two clusters, and how it came to run. Times are minutes before the start. */

export type Release = {
  readonly minutesAgo: number;
  readonly image: string;
  readonly replicas?: number;
  /** What a pipeline says about itself. */
  readonly claims?: Claims;
  readonly sidecar?: string;
  readonly init?: string;
  /** It does not finish: pods fail, or are still starting. */
  readonly unfinished?: boolean;
  /** The template names the digest alone. */
  readonly byDigest?: boolean;
  /** Another image was pushed under the same tag: pods that start from then on run that one. */
  readonly rebuilt?: boolean;
  /** Takes its settings from a ConfigMap of its own. */
  readonly configured?: boolean;
  /** Who writes it, as the API server records. */
  readonly writtenBy?: string;
};

export type Claims = {
  readonly deployer: string;
  readonly commit: string;
  readonly source: string;
  readonly run?: string;
};

/** The one that the story is about. */
export const hero = { name: "checkout", namespace: "shop", repository: "acme/checkout" } as const;

export type Service = {
  readonly name: string;
  readonly namespace: string;
  readonly releases: readonly [Release, ...Release[]];
};

export type Place = {
  readonly environment: string;
  readonly aliases: readonly string[];
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly services: readonly Service[];
};

const hour = 60;
const day = 24 * hour;

export const shop = "https://github.com/acme/shop";
const checkout = {
  old: claims("bob@example.org", "4be81d2c9f07a6e53d1c8b2a907f6e4d5c3b2a19", "9120"),
  now: claims("alice@example.org", "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b", "9147"),
  next: claims("bob@example.org", "c7d20e4f1a3b5968778695a4b3c2d1e0f9a8b7c6", "9163"),
};

function claims(deployer: string, commit: string, run: string): Claims {
  return { deployer, commit, source: shop, run: `${shop}/actions/runs/${run}` };
}

const prod: Place = {
  environment: "prod",
  aliases: ["production", "live"],
  cluster: "prod-eu",
  namespaces: ["shop", "payments"],
  services: [
    {
      name: "checkout",
      namespace: "shop",
      releases: [
        { minutesAgo: 3 * day, image: "acme/checkout:1.4.1", replicas: 3, claims: checkout.old, configured: true },
        { minutesAgo: 42, image: "acme/checkout:1.4.2", replicas: 3, claims: checkout.now, configured: true },
      ],
    },
    {
      name: "cart",
      namespace: "shop",
      releases: [{ minutesAgo: 6 * day, image: "acme/cart:2.9.0", replicas: 2, writtenBy: "helm" }],
    },
    {
      name: "search",
      namespace: "shop",
      releases: [
        { minutesAgo: 9 * day, image: "acme/search:5.0.3", replicas: 4 },
        { minutesAgo: 7, image: "acme/search:5.1.0", replicas: 4, unfinished: true },
      ],
    },
    {
      name: "storefront",
      namespace: "shop",
      releases: [
        {
          minutesAgo: 2 * day,
          image: "acme/storefront:2026.11.21",
          replicas: 3,
          init: "acme/migrate:3.2",
          sidecar: "docker.io/envoyproxy/envoy:v1.36.2",
        },
      ],
    },
    {
      name: "recommendations",
      namespace: "shop",
      releases: [
        { minutesAgo: 5 * day, image: "acme/recommendations:0.18.0", replicas: 6 },
        { minutesAgo: 1, image: "acme/recommendations:0.19.0", replicas: 6, unfinished: true },
      ],
    },
    {
      name: "ledger",
      namespace: "payments",
      releases: [
        { minutesAgo: 20 * day, image: "acme/ledger:3.1.0", byDigest: true, replicas: 2 },
        { minutesAgo: 11 * day, image: "acme/ledger:3.2.0", byDigest: true, replicas: 2 },
      ],
    },
    {
      name: "notifier",
      namespace: "payments",
      releases: [
        { minutesAgo: 8 * day, image: "acme/notifier:stable", replicas: 2 },
        {
          minutesAgo: 5 * hour,
          image: "acme/notifier:stable",
          replicas: 4,
          rebuilt: true,
        },
      ],
    },
    {
      name: "invoices",
      namespace: "payments",
      releases: [{ minutesAgo: 30 * day, image: "acme/invoices:1.0.7", replicas: 0 }],
    },
  ],
};

const staging: Place = {
  environment: "staging",
  aliases: [],
  cluster: "staging-eu",
  namespaces: ["shop", "payments"],
  services: [
    {
      name: "checkout",
      namespace: "shop",
      releases: [{ minutesAgo: 2 * hour, image: "acme/checkout:1.5.0-rc.1", replicas: 1, claims: checkout.next }],
    },
    {
      name: "cart",
      namespace: "shop",
      releases: [{ minutesAgo: 6 * day, image: "acme/cart:2.9.0", replicas: 1, writtenBy: "helm" }],
    },
    {
      name: "search",
      namespace: "shop",
      releases: [{ minutesAgo: 26 * hour, image: "acme/search:5.0.3", replicas: 1 }],
    },
    {
      name: "ledger",
      namespace: "payments",
      releases: [{ minutesAgo: 11 * day, image: "acme/ledger:3.2.0", byDigest: true, replicas: 1 }],
    },
  ],
};

export const places: readonly Place[] = [prod, staging];

/** Images that behave in a way which their tag does not say. */
export const behaviour: Readonly<Record<string, Omit<ImageRule, "digest">>> = {
  "acme/recommendations:0.19.0": { readyAfter: "60m" },
  "acme/search:5.1.0": { fails: "crash", exitCode: 78 },
};
