import { withIds } from "./blocks/complete.ts";
import type { Ids } from "./ids.ts";
import { type JsonObject, listAt, objectAt, stringAt } from "./json.ts";
import { app, team } from "./people.ts";
import { refuse } from "./refusal.ts";
import { initialState, type State } from "./state.ts";

export type View = {
  readonly id: string;
  readonly user: string;
  readonly hash: string;
  readonly root: string;
  readonly previous: string | null;
  readonly content: JsonObject;
  /** What is filled in now. */
  readonly state: State;
};

const stackLimit = 3;

/** Each person's open modals, the top one last, and their Home. */
export type Views = {
  stack(user: string): readonly View[];
  home(user: string): View | null;
  find(by: { readonly id?: string | undefined; readonly externalId?: string | undefined }): View | null;
  open(user: string, content: JsonObject): View;
  push(user: string, content: JsonObject): View;
  update(view: View, content: JsonObject): View;
  publish(user: string, content: JsonObject): View;
  /** What the person fills in, before anything is submitted. */
  fill(view: View, state: State): View;
  /** The top view goes, or all. */
  close(user: string, which: "top" | "all"): void;
};

export function createViews(ids: Ids, changed: (user: string) => void): Views {
  const stacks = new Map<string, readonly View[]>();
  const homes = new Map<string, View>();
  const newHash = () => `${ids.stamp()}.${ids.next("").toLowerCase()}`;

  function make(user: string, content: JsonObject, below: View | undefined): View {
    const id = ids.next("V");
    const complete = completed(content, ids);
    return {
      id,
      user,
      hash: newHash(),
      root: below?.root ?? id,
      previous: below?.id ?? null,
      content: complete,
      state: initialState(listAt(complete, "blocks")),
    };
  }

  function keep(user: string, stack: readonly View[]): void {
    stacks.set(user, stack);
    changed(user);
  }

  function all(): readonly View[] {
    return [...[...stacks.values()].flat(), ...homes.values()];
  }

  function unique(content: JsonObject, besides?: View): void {
    const externalId = stringAt(content, "external_id");
    if (externalId === undefined) return;
    const taken = all().some((it) => it.id !== besides?.id && stringAt(it.content, "external_id") === externalId);
    if (taken) refuse("duplicate_external_id");
  }

  function replace(view: View): View {
    if (homes.get(view.user)?.id === view.id) homes.set(view.user, view);
    else
      stacks.set(
        view.user,
        (stacks.get(view.user) ?? []).map((it) => (it.id === view.id ? view : it)),
      );
    changed(view.user);
    return view;
  }

  return {
    stack: (user) => stacks.get(user) ?? [],
    home: (user) => homes.get(user) ?? null,
    find: ({ id, externalId }) =>
      all().find(
        (it) => it.id === id || (externalId !== undefined && stringAt(it.content, "external_id") === externalId),
      ) ?? null,
    open: (user, content) => {
      unique(content);
      const view = make(user, content, undefined);
      keep(user, [view]);
      return view;
    },
    push: (user, content) => {
      const stack = stacks.get(user) ?? [];
      if (stack.length >= stackLimit) refuse("push_limit_reached");
      unique(content);
      const view = make(user, content, stack.at(-1));
      keep(user, [...stack, view]);
      return view;
    },
    update: (view, content) => {
      unique(content, view);
      const complete = completed(content, ids);
      const fresh = initialState(listAt(complete, "blocks"));
      return replace({ ...view, content: complete, hash: newHash(), state: kept(view.state, fresh) });
    },
    publish: (user, content) => {
      const old = homes.get(user);
      const made = make(user, content, undefined);
      const view = old ? { ...made, id: old.id, root: old.id } : made;
      homes.set(user, view);
      changed(user);
      return view;
    },
    fill: (view, state) => replace({ ...view, state }),
    close: (user, which) => keep(user, which === "all" ? [] : (stacks.get(user) ?? []).slice(0, -1)),
  };
}

function completed(content: JsonObject, ids: Ids): JsonObject {
  return { ...content, blocks: withIds(listAt(content, "blocks"), () => ids.next("b").toLowerCase()) };
}

/** What was typed stays where the new view has the same element under the same ids. */
function kept(old: State, fresh: State): State {
  const blocks = Object.entries(fresh).map(([blockId, actions]) => {
    const values = Object.entries(actions).map(([actionId, value]) => {
      const before = objectAt(old[blockId], actionId);
      return [actionId, before["type"] === value["type"] ? before : value] as const;
    });
    return [blockId, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(blocks);
}

/** As the Web API and payloads tell it. */
export function viewObject(view: View): JsonObject {
  const { content } = view;
  const modal = content["type"] === "modal";
  return {
    private_metadata: "",
    callback_id: "",
    external_id: "",
    ...(modal ? { clear_on_close: false, notify_on_close: false, close: null, submit: null } : {}),
    ...content,
    id: view.id,
    team_id: team.id,
    app_id: app.id,
    app_installed_team_id: team.id,
    bot_id: app.botId,
    hash: view.hash,
    root_view_id: view.root,
    previous_view_id: view.previous,
    state: { values: view.state },
  };
}
