import { isObject, listAt, objectAt, stringAt } from "./json.ts";

/** What an app may do and is told, as its manifest says. */
export type Rights = {
  readonly scopes: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
  readonly commands: ReadonlyMap<string, { readonly escape: boolean }>;
  readonly shortcuts: ReadonlyMap<string, "global" | "message">;
  readonly socketMode: boolean;
  readonly interactive: boolean;
  /** Over HTTP, suggestions have an address of their own. */
  readonly suggests: boolean;
  readonly home: boolean;
  readonly directMessages: boolean;
};

export function readManifest(manifest: unknown): Rights {
  if (!isObject(manifest)) throw new Error("the manifest is not an object");
  const features = objectAt(manifest, "features");
  const settings = objectAt(manifest, "settings");
  const interactivity = objectAt(settings, "interactivity");
  const home = objectAt(features, "app_home");
  const socketMode = settings["socket_mode_enabled"] === true;
  return {
    scopes: strings(objectAt(objectAt(manifest, "oauth_config"), "scopes"), "bot"),
    events: strings(objectAt(settings, "event_subscriptions"), "bot_events"),
    commands: commands(features),
    shortcuts: shortcuts(features),
    socketMode,
    interactive: interactivity["is_enabled"] === true,
    suggests: socketMode || stringAt(interactivity, "message_menu_options_url") !== undefined,
    home: home["home_tab_enabled"] === true,
    directMessages: home["messages_tab_enabled"] === true && home["messages_tab_read_only_enabled"] !== true,
  };
}

function strings(value: unknown, key: string): ReadonlySet<string> {
  return new Set(listAt(value, key).filter((it) => typeof it === "string"));
}

function commands(features: unknown): Rights["commands"] {
  const named = listAt(features, "slash_commands").flatMap((it) => {
    const name = stringAt(it, "command");
    return name === undefined ? [] : [[name, { escape: isObject(it) && it["should_escape"] === true }] as const];
  });
  return new Map(named);
}

function shortcuts(features: unknown): Rights["shortcuts"] {
  const named = listAt(features, "shortcuts").flatMap((it) => {
    const id = stringAt(it, "callback_id");
    if (id === undefined) return [];
    return [[id, stringAt(it, "type") === "message" ? "message" : "global"] as const];
  });
  return new Map(named);
}
