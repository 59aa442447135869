import { randomBytes, randomUUID } from "node:crypto";
import type { ZodError } from "zod";
import { applyJsonPatch } from "./json-patch.ts";
import { asText, goJson, isRecord, same } from "./json.ts";
import { data } from "./managed-data.ts";
import { ownFields } from "./managed-fields.ts";
import { hasTemplate, images } from "./managed-images.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { timestamp } from "./meta.ts";
import { shapes, type AnyObject } from "./object.ts";
import { resources, type Plural, type Target } from "./resource.ts";
import {
  alreadyExists,
  badRequest,
  failure,
  invalid,
  modified,
  notFound,
  refuse,
  Refusal,
  type Answer,
} from "./status.ts";
import { save } from "./save.ts";
import type { Store } from "./store.ts";
import { validate } from "./validate.ts";

export type WriteRequest = {
  readonly target: Target;
  readonly body: string;
  readonly contentType: string;
  readonly manager: string;
  readonly dryRun: boolean;
};

/** What POST, PUT and PATCH do with an object before it reaches the store. */
export function createWrites({ store, now }: { store: Store; now: () => number }) {
  function create({ target, body, manager, dryRun }: WriteRequest): Answer {
    const sent = parseBody(body, target.plural);
    const metadata = isRecord(sent["metadata"]) ? sent["metadata"] : {};
    const { plural, namespace } = target;
    if (namespace !== null && (metadata["namespace"] ?? namespace) !== namespace) {
      badRequest("the namespace of the provided object does not match the namespace sent on the request");
    }
    if (namespace !== null && store.get("namespaces", null, namespace) === undefined) notFound("namespaces", namespace);
    const named =
      metadata["name"] ?? (metadata["generateName"] ? `${asText(metadata["generateName"])}${suffix()}` : "");
    const name = asText(named);
    const born = {
      ...metadata,
      name,
      ...(namespace === null ? {} : { namespace }),
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: timestamp(now()),
      ...(plural === "namespaces"
        ? { labels: { ...Object(metadata["labels"]), "kubernetes.io/metadata.name": name } }
        : {}),
      ...(withoutGeneration.has(plural) ? {} : { generation: 1 }),
      managedFields: [],
    };
    const { status: _ignored, ...rest } = sent;
    const object = parse(plural, { ...rest, metadata: born });
    validate(plural, object, null);
    if (store.get(plural, namespace, name)) alreadyExists(plural, name);
    const owned = own(null, object, manager);
    return { status: 201, body: dryRun ? owned : save(store, plural, owned) };
  }

  function update({ target, body, manager, dryRun }: WriteRequest): Answer {
    const sent = parseBody(body, target.plural);
    const before = existing(store, target);
    return change({ target, before, sent, manager, dryRun });
  }

  function patch({ target, body, contentType, manager, dryRun }: WriteRequest): Answer {
    const type = contentType.split(";")[0]?.trim() ?? "";
    if (type !== "application/json-patch+json" && type !== "application/merge-patch+json") {
      refuse(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    }
    const before = existing(store, target);
    const sent = type.includes("merge") ? applyMergePatch(before, parseJson(body)) : applyJsonPatch(before, body);
    if (!isRecord(sent)) return badRequest("invalid JSON patch");
    return change({ target, before, sent, manager, dryRun });
  }

  type Change = {
    readonly target: Target;
    readonly before: AnyObject;
    readonly sent: Record<string, unknown>;
    readonly manager: string;
    readonly dryRun: boolean;
  };

  function change({ target, before, sent, manager, dryRun }: Change): Answer {
    const { plural, subresource } = target;
    const metadata = isRecord(sent["metadata"]) ? sent["metadata"] : {};
    refuseMoved(target, before, metadata);
    const { name, namespace, uid, resourceVersion, creationTimestamp, generation, deletionTimestamp } = before.metadata;
    const fixed = { name, namespace, uid, resourceVersion, creationTimestamp, generation, deletionTimestamp };
    const main = { ...sent, ...("status" in before ? { status: before.status } : {}) };
    const status = { ...before, status: sent["status"] };
    const chosen = subresource === "status" ? status : main;
    const notes = subresource === "status" ? before.metadata : metadata;
    const managedFields = before.metadata.managedFields ?? [];
    const parsed = parse(plural, { ...chosen, metadata: { ...notes, ...defined(fixed), managedFields } }, sent);
    validate(plural, parsed, before);

    const object = subresource === "status" ? parsed : own(before, parsed, manager);
    const next = withGeneration(plural, before, object);
    if (same(before, next)) return { status: 200, body: before }; // nothing changed: nothing is written
    return { status: 200, body: dryRun ? next : save(store, plural, next) };
  }

  function own(before: AnyObject | null, after: AnyObject, manager: string): AnyObject {
    const by = { manager, time: timestamp(now()) };
    if (after.kind === "ConfigMap") {
      return ownFields(data, { before: before?.kind === "ConfigMap" ? before : null, after, ...by });
    }
    if (!hasTemplate(after)) return after;
    return ownFields(images, { before: before && hasTemplate(before) ? before : null, after, ...by });
  }

  return { create, update, patch };
}

const withoutGeneration: ReadonlySet<Plural> = new Set([
  "events",
  "namespaces",
  "controllerrevisions",
  "configmaps",
  "nodes",
  "secrets",
  "serviceaccounts",
  "persistentvolumeclaims",
  "resourcequotas",
  "horizontalpodautoscalers",
]);

/** A Deployment's generation rises with its annotations too; everybody else's with the spec alone. */
function withGeneration(plural: Plural, before: AnyObject, after: AnyObject): AnyObject {
  const moved =
    !same(before["spec"], after["spec"]) ||
    (plural === "deployments" && !same(before.metadata.annotations ?? {}, after.metadata.annotations ?? {}));
  const { generation } = before.metadata;
  if (generation === undefined || !moved) return after;
  return { ...after, metadata: { ...after.metadata, generation: generation + 1 } };
}

function refuseMoved({ plural, name }: Target, before: AnyObject, sent: Record<string, unknown>): void {
  const { metadata } = before;
  if (sent["name"] !== undefined && sent["name"] !== metadata.name) {
    badRequest(`the name of the object (${asText(sent["name"])}) does not match the name on the URL (${name})`);
  }
  if (sent["resourceVersion"] && sent["resourceVersion"] !== metadata.resourceVersion) modified(plural, metadata.name);
  if (sent["uid"] && sent["uid"] !== metadata.uid) {
    const message = `Invalid value: ${JSON.stringify(sent["uid"])}: field is immutable`;
    invalid(plural, metadata.name, [{ reason: "FieldValueInvalid", message, field: "metadata.uid" }]);
  }
}

export function existing(store: Store, { plural, namespace, name }: Target): AnyObject {
  return store.get(plural, namespace, name ?? "") ?? notFound(plural, name ?? "");
}

function parseBody(body: string, plural: Plural): Record<string, unknown> {
  const sent = parseJson(body);
  const { kind, apiVersion } = resources[plural];
  if (!isRecord(sent)) return badRequest(`the object provided is unrecognized (must be of type ${kind})`);
  const isCustom = plural === "applications"; // of the built-in kinds the path is enough
  if (isCustom && sent["kind"] === undefined) {
    badRequest(`the object provided is unrecognized (must be of type ${kind}): Object 'Kind' is missing`);
  }
  if ((sent["kind"] ?? kind) !== kind || (sent["apiVersion"] ?? apiVersion) !== apiVersion) {
    return badRequest(
      `${asText(sent["kind"])} in version "${asText(sent["apiVersion"])}" cannot be handled as a ${kind}`,
    );
  }
  return { ...sent, kind, apiVersion };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return badRequest("couldn't get version/kind; json parse error");
  }
}

/** Fills in the defaults. For a patch, `sent` is what came out of it: the real server repeats all of that when it refuses. */
function parse(plural: Plural, object: object, sent: object | null = null): AnyObject {
  const parsed = shapes[plural].safeParse(object);
  if (parsed.success) return parsed.data;
  return sent === null ? refuseShape(plural, object, parsed.error) : refuseWhole(sent, parsed.error);
}

function refuseShape(plural: Plural, object: object, error: ZodError): never {
  const { name } = Object("metadata" in object ? object.metadata : {});
  const causes = error.issues.map((it) => {
    const missing = it.code === "invalid_type" && it.message.endsWith("received undefined");
    const reason = missing ? "FieldValueRequired" : "FieldValueInvalid";
    return { reason, message: missing ? "Required value" : `Invalid value: ${it.message}`, field: it.path.join(".") };
  });
  return invalid(plural, String(name), causes);
}

function refuseWhole(sent: object, error: ZodError): never {
  const why = error.issues.map((it) => `${it.path.join(".")}: ${it.message}`).join(", ");
  const message = `Invalid value: ${JSON.stringify(goJson(sent))}: ${why}`;
  const causes = [{ reason: "FieldValueInvalid", message, field: "patch" }];
  throw new Refusal(failure(422, "Invalid", ` "" is invalid: patch: ${message}`, { causes }));
}

/** Without the members that are undefined. */
function defined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

export function suffix(): string {
  return Array.from(randomBytes(5), (byte) => "bcdfghjklmnpqrstvwxz2456789".charAt(byte % 27)).join("");
}
