import { isObject } from "../json.ts";
import { limits } from "./limits.ts";
import * as is from "./schema.ts";

/** Scalars, flat objects, and lists of these. */
const payload: is.Schema = (value, pointer) => {
  if (!isObject(value)) return [{ pointer, message: "must provide an object" }];
  return Object.entries(value)
    .filter(([, it]) => !(isFlat(it) || (Array.isArray(it) && it.every(isFlat))))
    .map(([key]) => ({ pointer: `${pointer}/${key}`, message: "must be a scalar, a flat object or a list of these" }));
};

export const metadata = is.object({ event_type: is.text(limits.id), event_payload: payload });

function isFlat(value: unknown): boolean {
  return isScalar(value) || (isObject(value) && Object.values(value).every(isScalar));
}

function isScalar(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
