import { validateView } from "../blocks/validate.ts";
import { blocksIn } from "../blocks/walk.ts";
import { bodyObject } from "../delivery.ts";
import type { Outcome } from "../log.ts";
import { type JsonObject, listAt, objectAt, stringAt } from "../json.ts";
import { impossible, Refusal } from "../refusal.ts";
import { isEmpty, type State, withValue } from "../state.ts";
import { type View, viewObject } from "../views.ts";
import { actor } from "../world.ts";
import { type Desk, interaction } from "./desk.ts";
import { chosen, elementsIn, type Found, optionsOf, type Value } from "./element.ts";

export type Submit = {
  readonly user: string;
  readonly view: string;
  /** By action_id, or by block_id. What is left out stays as it is. */
  readonly values?: Readonly<Record<string, Value>>;
};

export type Submitted = Outcome & {
  /** What became of the modal. `failed`: it stays, and says that something went wrong. */
  readonly effect: "closed" | "cleared" | "updated" | "pushed" | "errors" | "failed";
  /** Sentences beside the fields, by block_id. */
  readonly errors: JsonObject;
  /** Why Slack would not do what the answer says. */
  readonly refused: readonly string[];
};

type Effect = Pick<Submitted, "effect" | "errors" | "refused">;

export async function submit(desk: Desk, { user, view: id, values = {} }: Submit): Promise<Submitted> {
  const { world, deliveries } = desk;
  const person = actor(world, user);
  const before = topView(desk, user, id);
  if (before.content["submit"] === undefined) impossible("this modal has no button to submit");
  const view = world.views.fill(before, filled(before, values));
  complete(view);
  const payload = {
    type: "view_submission",
    ...interaction(person, world.triggers.issue(user, view.id)),
    view: viewObject(view),
    response_urls: [],
  };
  const outcome = await deliveries.deliver({ kind: "interactive", payload });
  return { ...outcome, ...(outcome.acked ? effectOf(desk, view, outcome) : failed([])) };
}

/** The cross or the close button. The app hears of it only where the view asked for it. */
export async function dismiss(desk: Desk, { user, view: id }: Omit<Submit, "values">): Promise<Outcome | null> {
  const { world, deliveries } = desk;
  const person = actor(world, user);
  const view = topView(desk, user, id);
  const cleared = view.content["clear_on_close"] === true;
  world.views.close(user, cleared ? "all" : "top");
  if (view.content["notify_on_close"] !== true) return null;
  const { trigger_id: _, ...common } = interaction(person, "");
  const payload = { type: "view_closed", ...common, view: viewObject(view), is_cleared: cleared };
  return deliveries.deliver({ kind: "interactive", payload });
}

function topView({ world }: Desk, user: string, id: string): View {
  const top = world.views.stack(user).at(-1);
  return top?.id === id ? top : impossible(`${user} is not looking at the view ${id}`);
}

function filled(view: View, values: Readonly<Record<string, Value>>): State {
  const fields = elementsIn(listAt(view.content, "blocks"), null);
  return Object.entries(values).reduce((state, [name, value]) => {
    const found = fields.find((it) => it.actionId === name || it.blockId === name);
    if (!found) return impossible(`there is no field ${name}`);
    return withValue(state, found, chosen(found.element, value, optionsOf(found.element)));
  }, view.state);
}

/** Slack itself does not send a form with a required field left empty, or with text too short or too long. */
function complete(view: View): void {
  for (const found of elementsIn(listAt(view.content, "blocks"), null)) {
    if (found.block["type"] !== "input") continue;
    const value = view.state[found.blockId]?.[found.actionId] ?? {};
    if (isEmpty(value)) {
      if (found.block["optional"] !== true) impossible(`${found.blockId} is required`);
      continue;
    }
    checkLength(found, stringAt(value, "value") ?? "");
  }
}

function checkLength({ element, blockId }: Found, text: string): void {
  const { min_length: min, max_length: max, type } = element;
  if (type !== "plain_text_input") return;
  if (typeof min === "number" && text.length < min) impossible(`${blockId} needs at least ${min} characters`);
  if (text.length > (typeof max === "number" ? max : 3_000)) impossible(`${blockId} takes no more characters`);
}

function effectOf(desk: Desk, view: View, outcome: Outcome): Effect {
  const body = bodyObject(outcome);
  const { views } = desk.world;
  const none = { errors: {}, refused: [] };
  if (typeof outcome.body === "string" && outcome.body !== "") return failed(["the answer is neither empty nor JSON"]);
  switch (body["response_action"]) {
    case undefined:
      if (Object.keys(body).length > 0) return failed(["missing required field: response_action"]);
      views.close(view.user, "top");
      return { effect: "closed", ...none };
    case "clear":
      views.close(view.user, "all");
      return { effect: "cleared", ...none };
    case "errors":
      return errors(view, objectAt(body, "errors"));
    case "update":
      return change(body, () => views.update(view, objectAt(body, "view")), "updated");
    case "push":
      return change(body, () => views.push(view.user, objectAt(body, "view")), "pushed");
  }
  return failed([`unknown response_action: ${String(body["response_action"])}`]);
}

/** Only fields of the form can be marked, and each with a sentence. */
function errors(view: View, said: JsonObject): Effect {
  const inputs = blocksIn(view.content["blocks"], "").filter(({ value }) => value["type"] === "input");
  const fields = new Set(inputs.map(({ value }) => value["block_id"]));
  const entries = Object.entries(said);
  const wrong = entries.filter(([key, text]) => !fields.has(key) || typeof text !== "string" || text === "");
  if (entries.length === 0) return failed(["errors is empty"]);
  if (wrong.length > 0) return failed(wrong.map(([key]) => `${key} is not the block_id of an input with a sentence`));
  return { effect: "errors", errors: said, refused: [] };
}

function change(body: JsonObject, act: () => View, effect: "updated" | "pushed"): Effect {
  const problems = validateView(body["view"]).map(({ message }) => message);
  const notModal = objectAt(body, "view")["type"] === "modal" ? [] : ["the view is not a modal"];
  if (problems.length + notModal.length > 0) return failed([...problems, ...notModal]);
  try {
    act();
    return { effect, errors: {}, refused: [] };
  } catch (err) {
    if (err instanceof Refusal) return failed([err.code]);
    throw err;
  }
}

function failed(refused: readonly string[]): Effect {
  return { effect: "failed", errors: {}, refused };
}
