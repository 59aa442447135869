import type { Json, RawTemplate } from "../../core/operation/live.ts";
import type { Side } from "../../core/operation/operation.ts";
import { hashLabel, hashOf } from "../project/template.ts";
import { fieldOf, isList, isRecord, plainly } from "../bytes/exact.ts";

/** Pod templates that go back as they came: only what is named here is ever changed in one. */

export function rawTemplate(json: Json): RawTemplate {
  return { hash: hashOf(plainly(json)), json };
}

/** As the Deployment had it. */
export function withoutHashLabel(template: Json): Json {
  return edited(template, "metadata", (metadata) =>
    edited(metadata, "labels", (labels) =>
      isRecord(labels) ? Object.fromEntries(Object.entries(labels).filter(([key]) => key !== hashLabel)) : labels,
    ),
  );
}

/** Null when it lacks one of the containers. */
export function pinned(template: Json, pins: Side["pins"]): Json | null {
  const images = new Map(pins.map((it) => [it.container, it.image]));
  const put = new Set<string>();
  const inList = (list: Json): Json =>
    isList(list)
      ? list.map((it) => {
          const name = isRecord(it) ? it["name"] : null;
          const image = typeof name === "string" ? images.get(name) : undefined;
          if (!isRecord(it) || typeof name !== "string" || image === undefined) return it;
          put.add(name);
          return { ...it, image };
        })
      : list;
  const done = edited(template, "spec", (spec) => edited(edited(spec, "containers", inList), "initContainers", inList));
  return put.size === images.size ? done : null;
}

function edited(json: Json, key: string, edit: (value: Json) => Json): Json {
  const value = fieldOf(json, key);
  return isRecord(json) && value !== undefined ? { ...json, [key]: edit(value) } : json;
}
