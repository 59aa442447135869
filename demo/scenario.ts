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
  /** What the tag means from then on, for pods that start later. */
  readonly tagNowMeans?: string;
  /** Who writes it, as the API server records. */
  readonly writtenBy?: string;
};

type Claims = { readonly deployer: string; readonly commit: string; readonly source: string; readonly run?: string };

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

const shop = "https://github.com/acme/shop";
const checkout = {
  old: claims("bob@example.org", "4be81d2c9f07a6e53d1c8b2a907f6e4d5c3b2a19", "9120"),
  now: claims("alice@example.org", "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b", "9147"),
  next: claims("bob@example.org", "c7d20e4f1a3b5968778695a4b3c2d1e0f9a8b7c6", "9163"),
};

function claims(deployer: string, commit: string, run: string): Claims {
  return { deployer, commit, source: shop, run: `${shop}/actions/runs/${run}` };
}

const ledger = {
  old: "sha256:5d0c1f7b92ae4836c1d07f5e8b3a69240f1c8d7e5b6a39281706f5e4d3c2b1a0",
  now: "sha256:8e41b07d6f2c95a3e8d1704bc6a5f9320e7d8c1b4a5968f70312e4d5c6b7a899",
};

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
        { minutesAgo: 3 * day, image: "quay.io/acme/checkout:1.4.1", replicas: 3, claims: checkout.old },
        { minutesAgo: 42, image: "quay.io/acme/checkout:1.4.2", replicas: 3, claims: checkout.now },
      ],
    },
    {
      name: "cart",
      namespace: "shop",
      releases: [{ minutesAgo: 6 * day, image: "quay.io/acme/cart:2.9.0", replicas: 2, writtenBy: "helm" }],
    },
    {
      name: "search",
      namespace: "shop",
      releases: [
        { minutesAgo: 9 * day, image: "quay.io/acme/search:5.0.3", replicas: 4 },
        { minutesAgo: 7, image: "quay.io/acme/search:5.1.0", replicas: 4, unfinished: true },
      ],
    },
    {
      name: "storefront",
      namespace: "shop",
      releases: [
        {
          minutesAgo: 2 * day,
          image: "quay.io/acme/storefront:2026.11.21",
          replicas: 3,
          init: "quay.io/acme/migrate:3.2",
          sidecar: "docker.io/envoyproxy/envoy:v1.36.2",
        },
      ],
    },
    {
      name: "recommendations",
      namespace: "shop",
      releases: [
        { minutesAgo: 5 * day, image: "quay.io/acme/recommendations:0.18.0", replicas: 6 },
        { minutesAgo: 1, image: "quay.io/acme/recommendations:0.19.0", replicas: 6, unfinished: true },
      ],
    },
    {
      name: "ledger",
      namespace: "payments",
      releases: [
        { minutesAgo: 20 * day, image: `quay.io/acme/ledger@${ledger.old}`, replicas: 2 },
        { minutesAgo: 11 * day, image: `quay.io/acme/ledger@${ledger.now}`, replicas: 2 },
      ],
    },
    {
      name: "notifier",
      namespace: "payments",
      releases: [
        { minutesAgo: 8 * day, image: "quay.io/acme/notifier:stable", replicas: 2 },
        {
          minutesAgo: 5 * hour,
          image: "quay.io/acme/notifier:stable",
          replicas: 4,
          tagNowMeans: "sha256:c25a90e1f4b87d366095e8d4c3b2a1f00f9e8d7c6b5a4938271605f4e3d2c1b0",
        },
      ],
    },
    {
      name: "invoices",
      namespace: "payments",
      releases: [{ minutesAgo: 30 * day, image: "quay.io/acme/invoices:1.0.7", replicas: 0 }],
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
      releases: [
        { minutesAgo: 2 * hour, image: "quay.io/acme/checkout:1.5.0-rc.1", replicas: 1, claims: checkout.next },
      ],
    },
    {
      name: "cart",
      namespace: "shop",
      releases: [{ minutesAgo: 6 * day, image: "quay.io/acme/cart:2.9.0", replicas: 1, writtenBy: "helm" }],
    },
    {
      name: "search",
      namespace: "shop",
      releases: [{ minutesAgo: 26 * hour, image: "quay.io/acme/search:5.0.3", replicas: 1 }],
    },
    {
      name: "ledger",
      namespace: "payments",
      releases: [{ minutesAgo: 11 * day, image: `quay.io/acme/ledger@${ledger.now}`, replicas: 1 }],
    },
  ],
};

export const places: readonly Place[] = [prod, staging];

/** Images that behave in a way which their tag does not say. */
export const images = {
  "quay.io/acme/recommendations:0.19.0": { readyAfter: "60m" },
  "quay.io/acme/search:5.1.0": { fails: "crash", exitCode: 78 },
} as const;
