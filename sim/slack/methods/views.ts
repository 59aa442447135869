import { required } from "../arguments.ts";
import { validateView } from "../blocks/validate.ts";
import { type JsonObject, objectAt, stringAt } from "../json.ts";
import { refuse, refuseProblems } from "../refusal.ts";
import { type View, viewObject } from "../views.ts";
import { type Method, tier } from "./method.ts";

const base = { token: "bot", scopes: [], perMinute: tier.four } as const;

const open: Method = {
  ...base,
  takes: { trigger_id: "string", view: "json" },
  run: (args, { triggers, views }) => {
    const view = modal(args);
    const { user } = triggers.use(required(args, "trigger_id"));
    return { view: viewObject(views.open(user, view)) };
  },
};

const push: Method = {
  ...base,
  takes: { trigger_id: "string", view: "json" },
  run: (args, { triggers, views }) => {
    const view = modal(args);
    const from = triggers.use(required(args, "trigger_id"));
    const onTop = views.stack(from.user).at(-1);
    // Only from a modal that is still open can another one be stacked on it.
    if (!onTop || onTop.id !== from.view) refuse("not_found");
    return { view: viewObject(views.push(from.user, view)) };
  },
};

const update: Method = {
  ...base,
  takes: { view_id: "string", external_id: "string", view: "json", hash: "string" },
  run: (args, { views }) => {
    const content = objectAt(args, "view");
    refuseProblems(validateView(content));
    const found = views.find({ id: stringAt(args, "view_id"), externalId: stringAt(args, "external_id") });
    const old = found ?? refuse("not_found");
    checkHash(args, old);
    if (old.content["type"] !== content["type"]) refuse("invalid_arguments");
    return { view: viewObject(views.update(old, content)) };
  },
};

const publish: Method = {
  ...base,
  takes: { user_id: "string", view: "json", hash: "string" },
  run: (args, { views, rights, people }) => {
    if (!rights.home) refuse("not_enabled");
    const user = required(args, "user_id");
    if (!people.has(user)) refuse("user_not_found");
    const content = objectAt(args, "view");
    refuseProblems(validateView(content));
    if (content["type"] !== "home") refuse("invalid_arguments");
    const old = views.home(user);
    if (old) checkHash(args, old);
    return { view: viewObject(views.publish(user, content)) };
  },
};

export const viewMethods = {
  "views.open": open,
  "views.push": push,
  "views.update": update,
  "views.publish": publish,
};

/** Checked before the trigger is spent. */
function modal(args: JsonObject): JsonObject {
  const view = objectAt(args, "view");
  refuseProblems(validateView(view));
  return view["type"] === "modal" ? view : refuse("invalid_arguments");
}

function checkHash(args: JsonObject, view: View): void {
  const hash = stringAt(args, "hash");
  if (hash !== undefined && hash !== view.hash) refuse("hash_conflict");
}
