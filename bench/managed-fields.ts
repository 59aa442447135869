type Json = { readonly [key: string]: unknown };

/** One entry of an object's managedFields. */
export function written(manager: string, time: string, fields: Json, subresource?: string): Json {
  const entry = { manager, operation: "Update", apiVersion: "apps/v1", time, fieldsType: "FieldsV1" };
  return { ...entry, fieldsV1: fieldsOf(fields), ...(subresource !== undefined && { subresource }) };
}

/** The API server's way of writing down who owns which field: `f:` for a field, `k:` for an item of a list by its key. */
function fieldsOf(value: unknown): Json {
  if (typeof value !== "object" || value === null) return {};
  if (!Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([key, it]) => [`f:${key}`, fieldsOf(it)]));
  return Object.fromEntries(value.map((it) => [keyOf(it), { ".": {}, ...fieldsOf(it) }]));
}

function keyOf(item: Json): string {
  const key = ["name", "uid", "type", "ip"].find((it) => item[it] !== undefined) ?? "name";
  return `k:${JSON.stringify({ [key]: item[key] })}`;
}
