import type { AnyObject } from "./object.ts";
import { refuse } from "./status.ts";

/** What a reader wants of each object: all of it, or its metadata alone. */
export type Form = "whole" | "metadata";

/** By the Accept header: https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources */
export function formOf(accept: string | undefined, verb: string): Form {
  const [first = ""] = (accept ?? "").split(",");
  const [, as] = /^\s*application\/json;as=(\w+);g=meta\.k8s\.io;v=v1\s*$/.exec(first) ?? [];
  if (as !== undefined && as === asked[verb]) return "metadata";
  if (/;\s*as=|protobuf|cbor/.test(accept ?? "")) {
    const message =
      "only the following media types are accepted: application/json, and metadata alone for get, list, watch";
    return refuse(406, "NotAcceptable", message);
  }
  return "whole";
}

/** Each reading verb has its own name for it. */
const asked: Readonly<Record<string, string>> = {
  get: "PartialObjectMetadata",
  list: "PartialObjectMetadataList",
  watch: "PartialObjectMetadata",
};

const apiVersion = "meta.k8s.io/v1";

export function inForm(object: AnyObject, form: Form): object {
  return form === "whole" ? object : { kind: "PartialObjectMetadata", apiVersion, metadata: object.metadata };
}

/** Items of a plain list do not say what they are; those of a list of metadata do. */
export function listInForm(of: { kind: string; apiVersion: string }, items: readonly AnyObject[], form: Form) {
  if (form === "metadata") {
    return { kind: "PartialObjectMetadataList", apiVersion, items: items.map((it) => inForm(it, form)) };
  }
  return {
    kind: `${of.kind}List`,
    apiVersion: of.apiVersion,
    items: items.map(({ kind: _kind, apiVersion: _version, ...it }) => it),
  };
}
