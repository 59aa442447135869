import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

/** The app that people install must be able to do exactly what the code does, and not a thing more. */

const url = z.url({ protocol: /^https$/ }).max(3500);
const manifestShape = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(1), minor_version: z.literal(1) }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    // No Home yet, but a place to write to us.
    app_home: z.strictObject({
      home_tab_enabled: z.literal(false),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    bot_user: z.strictObject({
      display_name: z
        .string()
        .max(80)
        .regex(/^[a-z0-9._-]+$/),
      always_online: z.boolean(),
    }),
    shortcuts: z
      .array(
        z.strictObject({
          name: z.string().max(24),
          type: z.enum(["global", "message"]),
          callback_id: z.string().max(255),
          description: z.string().max(150),
        }),
      )
      .max(10)
      .default([]),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().min(2).max(32).startsWith("/"),
          description: z.string().min(1).max(2000),
          usage_hint: z.string().max(1000),
          should_escape: z.boolean(),
          url: url.optional(),
        }),
      )
      .max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    event_subscriptions: z
      .strictObject({ bot_events: z.array(z.string()).max(100), request_url: url.optional() })
      .default({ bot_events: [] }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: url.optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});
type Manifest = z.infer<typeof manifestShape>;

const files = { socket: "manifest.yml", http: "manifest.http.yml" } as const;

function read(mode: keyof typeof files): Manifest {
  return manifestShape.parse(parse(readFileSync(files[mode], "utf8")));
}

/** Web API methods that need no scope, and the scope of each that does. A method in neither fails the test. */
const scopes: Readonly<Record<string, string | null>> = {
  "auth.test": null,
  "views.open": null,
  "views.update": null,
  "views.push": null,
  "apps.connections.open": null, // the app-level token's, which no manifest grants
  "chat.postMessage": "chat:write",
  "chat.update": "chat:write",
  "chat.postEphemeral": "chat:write",
  "users.info": "users:read",
  "conversations.info": "channels:read",
  "usergroups.users.list": "usergroups:read",
};

/** What only works where somebody adds a scope to the manifest: it says so in a comment, and grants it to nobody. */
const optional: Readonly<Record<string, string>> = {
  "users.lookupByEmail": "users:read.email",
  "conversations.history": "channels:history",
  "conversations.replies": "channels:history",
};

/** Events bring a scope with them. */
const eventScopes: Readonly<Record<string, string>> = {
  app_mention: "app_mentions:read",
  "message.im": "im:history",
  member_joined_channel: "channels:read",
};

const code = globSync("src/slack/**/*.ts")
  .map((it) => readFileSync(it, "utf8"))
  .join("\n");

type Used = {
  readonly commands: string[];
  readonly shortcuts: string[];
  readonly events: string[];
  readonly methods: string[];
};

/** What the listeners register and which methods are called. A regular expression is a catch-all and registers nothing. */
function usedIn(source: string): Used {
  const named = (kind: string) =>
    [...source.matchAll(new RegExp(String.raw`\.${kind}\(\s*(?:"([^"]+)"|\{[^}]*callback_id:\s*"([^"]+)")`, "g"))].map(
      ([, plain = "", constrained = plain]) => constrained,
    );
  return {
    commands: named("command"),
    shortcuts: named("shortcut"),
    events: [...named("event"), ...(/\bapp\.message\(/.test(source) ? ["message.im"] : [])],
    methods: [...source.matchAll(/\bclient\.((?:[a-zA-Z]+\.)+[a-zA-Z]+)\(/g)].map(([, it = ""]) => it),
  };
}

function wantedBy({ commands, shortcuts, events, methods }: Used) {
  const ofMethods = methods
    .filter((it) => !(it in optional))
    .map((it) => (it in scopes ? scopes[it] : `unknown method ${it}`));
  const ofEvents = events.map((it) => eventScopes[it] ?? `unknown event ${it}`);
  const all = [...(commands.length + shortcuts.length > 0 ? ["commands"] : []), ...ofMethods, ...ofEvents];
  return {
    commands: sorted(commands),
    shortcuts: sorted(shortcuts),
    events: sorted(events),
    scopes: sorted(all.filter((it) => typeof it === "string")),
  };
}

function grantedBy({ features, settings, oauth_config }: Manifest) {
  return {
    commands: sorted(features.slash_commands.map((it) => it.command)),
    shortcuts: sorted(features.shortcuts.map((it) => it.callback_id)),
    events: sorted(settings.event_subscriptions.bot_events),
    scopes: sorted(oauth_config.scopes.bot),
  };
}

function sorted(all: readonly string[]): readonly string[] {
  return [...new Set(all)].toSorted();
}

describe.each(["socket", "http"] as const)("the manifest for %s mode", (mode) => {
  test("keeps Slack's limits, and has nothing in it that Slack does not know", () => {
    expect(() => read(mode)).not.toThrow();
  });

  test("grants exactly what the code uses", () => {
    expect(grantedBy(read(mode))).toEqual(wantedBy(usedIn(code)));
  });

  test("says which scopes somebody may add, for what the code can do with them", () => {
    const used = usedIn(code).methods.filter((it) => it in optional);
    expect(used).not.toEqual([]);
    const comments = readFileSync(files[mode], "utf8").match(/^ *# - \S+$/gm) ?? [];
    expect(comments.map((it) => it.trim())).toEqual(sorted(used.map((it) => `# - ${optional[it]}`)));
  });

  test("lets buttons reach us exactly if some are listened to", () => {
    expect(read(mode).settings.interactivity.is_enabled).toBe(/\bapp\.(action|view|shortcut)\(/.test(code));
  });
});

test("the two manifests differ in nothing but how Slack reaches us", () => {
  const [socket, http] = [read("socket"), read("http")];
  const address = "https://whatsrunning.example.com/slack/events";
  expect(http).toEqual({
    ...socket,
    features: {
      ...socket.features,
      slash_commands: socket.features.slash_commands.map((it) => ({ ...it, url: address })),
    },
    settings: {
      ...socket.settings,
      event_subscriptions: { ...socket.settings.event_subscriptions, request_url: address },
      interactivity: { ...socket.settings.interactivity, request_url: address },
      socket_mode_enabled: false,
    },
  });
  expect(socket.settings.socket_mode_enabled).toBe(true);
  expect(readFileSync(files.socket, "utf8")).not.toMatch(/\burl:|request_url:/);
});

describe("what the code uses is found", () => {
  test.each([
    ['app.command("/rollback", x)', { commands: ["/rollback"], scopes: ["commands"] }],
    ["app.command(/.*/, x)", {}],
    ['app.shortcut(\n  "open", x)', { shortcuts: ["open"], scopes: ["commands"] }],
    ['app.shortcut({ type: "message_action", callback_id: "back" }, x)', { shortcuts: ["back"], scopes: ["commands"] }],
    ['app.event("app_mention", x)', { events: ["app_mention"], scopes: ["app_mentions:read"] }],
    ["app.message(x)", { events: ["message.im"], scopes: ["im:history"] }],
    ["await client.chat.postMessage({})", { scopes: ["chat:write"] }],
    ["await app.client.usergroups.users.list({})", { scopes: ["usergroups:read"] }],
    ["await client.files.list({})", { scopes: ["unknown method files.list"] }],
    ['app.event("reaction_added", x)', { events: ["reaction_added"], scopes: ["unknown event reaction_added"] }],
  ])("in %s", (source, expected) => {
    expect(wantedBy(usedIn(source))).toEqual({ commands: [], shortcuts: [], events: [], scopes: [], ...expected });
  });
});
