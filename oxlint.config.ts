import { defineConfig, type OxlintOverride } from "oxlint";

type Pattern = { group?: string[]; regex?: string; message: string; allowTypeImports?: boolean };

const forbid = (files: string, ...patterns: Pattern[]): OxlintOverride => ({
  files: [files],
  rules: { "no-restricted-imports": ["error", { patterns }] },
});

/** What a room may import besides itself (~ is src): for its own files, and for one folder down. */
const room = (name: string, may: string[], ...more: Pattern[]) => {
  const message = `${name}/ imports itself and: ${may.join(" ") || "nothing"}`;
  const from = (up: string) => may.map((it) => `!${it.replace("~/", up)}`);
  const deeper = ["**", "!./**", "!../**", "../../**", ...from("../../")];
  return [
    forbid(`src/${name}/*.ts`, ...more, { group: ["**", "!./**", ...from("../")], message }),
    forbid(`src/${name}/*/**`, ...more, { group: deeper, message }),
  ];
};

/** Which adapters may import which vendor package. */
const homes = {
  "^@slack/": "slack",
  "^@kubernetes/": "kubernetes",
  "^undici$": "kubernetes registry",
  "^(ioredis|node:sqlite)$": "store",
  "^(prom-client|jose)$": "http",
};
const foreign = (name: string): Pattern => ({
  message: "A vendor package stays in its own folder.",
  regex: Object.entries(homes)
    .flatMap(([it, home]) => (home.includes(name) ? [] : it))
    .join("|"),
});
const beside: Pattern = { regex: "(^|/)(sim|demo|test|bench)/|^(node:)?process$", message: "Not in src/." };

const adapters = ["slack", "kubernetes", "registry", "store", "http"];
const adapter = (name: string) => {
  const others = `/(${adapters.filter((it) => it !== name).join("|")})/|/(main|config)\\.ts$`;
  return forbid(
    `src/${name}/**`,
    beside,
    foreign(name),
    { regex: others, message: "Adapters know core/, ports.ts, views/ and themselves." },
    { regex: "/flows/", allowTypeImports: true, message: "A door gets flows as parameters." },
  );
};
const wiring: Pattern = { regex: `^\\./(flows|${adapters.join("|")})/`, message: "Only main.ts wires." };
const slackTypes: Pattern = { regex: "^@slack/", allowTypeImports: true, message: "views/ take only types." };

/** Lets go of what was waited for, which no clock does: so it is no matter of time as a parameter. */
const waiting = "~/deadline.ts";

const process = { name: "process", message: "Only main.ts reads the process and its environment." };
const impure = ["Date", "fetch", "crypto", "performance", "setTimeout", "setInterval"];
const chance = [
  { object: "Temporal", property: "Now" },
  { object: "Math", property: "random" },
];

export default defineConfig({
  plugins: ["typescript", "unicorn", "oxc", "import", "promise", "vitest"],
  options: { typeAware: true },
  categories: { correctness: "error", suspicious: "error" },
  rules: {
    "typescript/switch-exhaustiveness-check": "error",
    "typescript/no-misused-promises": "error",
    "typescript/return-await": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "import/no-cycle": "error",
    "no-console": "error",
    "vitest/expect-expect": ["error", { assertFunctionNames: ["expect", "expectTypeOf", "fc.assert"] }],
    "vitest/valid-expect": ["error", { maxArgs: 2 }], // the second one is what the server said
    "import/no-named-as-default-member": "off", // fires on fast-check's own way: fc.assert
    "typescript/unbound-method": "off", // factories return functions: nothing here has a `this`
    "typescript/consistent-return": "off", // fires on exhaustive switches, which tsc checks
    "unicorn/require-post-message-target-origin": "off", // fires on chat.postMessage
  },
  overrides: [
    { files: ["src/**"], rules: { "no-restricted-globals": ["error", process] } },
    { files: ["src/main.ts"], rules: { "no-restricted-globals": "off" } },
    { files: ["src/core/**"], rules: { "no-restricted-globals": ["error", process, ...impure] } },
    { files: ["src/core/**"], rules: { "no-restricted-properties": ["error", ...chance] } },
    forbid("src/*.ts", beside, foreign("src"), wiring),
    forbid("src/main.ts", beside, foreign("src")),
    forbid("src/config/**", beside, foreign("src"), {
      regex: `/(views|flows|${adapters.join("|")})/|/main\\.ts$`,
      message: "config/ reads settings; of the house it knows core/ only.",
    }),
    ...room("core", []),
    ...room("views", ["~/core/**", "@slack/*"], slackTypes),
    ...room("flows", ["~/core/**", "~/views/**", "~/ports.ts", "~/ports/**", "~/records.ts", "~/records/**", waiting]),
    ...adapters.map(adapter),
  ],
});
