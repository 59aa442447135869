import fc from "fast-check";
import { expect, test } from "vitest";
import { projectConfigMap } from "../../../src/kubernetes/project/config-map.ts";
import { unshared } from "../../../src/kubernetes/project/sharing.ts";

const origin = { cluster: "prod-eu", ...unshared };
const at = (time: string): number => Date.parse(`2026-11-23T${time}:00Z`);
const entry = (time: string, fieldsV1: object, manager = "kubectl"): object => ({
  manager,
  operation: "Update",
  time: `2026-11-23T${time}:00Z`,
  fieldsV1,
});
const configMap = {
  metadata: {
    name: "web",
    namespace: "shop",
    uid: "c-1",
    resourceVersion: "281",
    creationTimestamp: "2026-11-23T10:00:00Z",
    annotations: { "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"hunter2"}}' },
    managedFields: [
      entry("10:00", { "f:data": { ".": {}, "f:size": {} } }),
      entry("11:00", { "f:data": { "f:level": {} }, "f:metadata": { "f:labels": {} } }, "argocd"),
    ],
  },
};
const changed = (managedFields: unknown) => {
  const read = projectConfigMap({ metadata: { ...configMap.metadata, managedFields } }, origin);
  return read.kind === "record" && read.record.what === "config" ? read.record.changedAt : read.kind;
};

test("a ConfigMap becomes what its metadata says, and nothing of its data stays", () => {
  const raw = { ...configMap, data: { password: "hunter2" }, binaryData: { key: "aHVudGVyMg==" } };
  const read = projectConfigMap(raw, origin);
  expect(read).toEqual({
    kind: "record",
    uid: "c-1",
    record: {
      what: "config",
      cluster: "prod-eu",
      namespace: "shop",
      kind: "ConfigMap",
      name: "web",
      uid: "c-1",
      version: "281",
      createdAt: at("10:00"),
      changedAt: at("11:00"),
    },
  });
});

test.each<[string, unknown, number]>([
  ["when nobody manages its fields", undefined, at("10:00")],
  ["when what manages them cannot be read", ["odd", { time: 7, fieldsV1: "odd" }, null], at("10:00")],
  ["by who wrote a label", [entry("12:00", { "f:metadata": { "f:labels": { "f:a": {} } } })], at("10:00")],
  [
    "by who only owned keys once",
    [entry("12:00", { "f:data": {} }), entry("11:00", { "f:data": { "f:a": {} } })],
    at("11:00"),
  ],
  ["by who owns the section and no key of it", [entry("12:00", { "f:data": { ".": {} } })], at("10:00")],
  ["by who owns binary data", [entry("12:00", { "f:binaryData": { "f:a": {} } })], at("12:00")],
  ["at a time that is none", [{ time: "soon", fieldsV1: { "f:data": { "f:a": {} } } }], at("10:00")],
])("its data counts as changed %s", (_, managedFields, expected) => {
  expect(changed(managedFields)).toBe(expected);
});

test.each([
  ["uid", { ...configMap.metadata, uid: "" }],
  ["version", { ...configMap.metadata, resourceVersion: undefined }],
])("one without %s is left out", (_, metadata) => {
  expect(projectConfigMap({ metadata }, origin).kind).toBe("unreadable");
});

test("no input makes it fail", () => {
  const fields = fc.array(fc.oneof(fc.anything(), fc.record({ time: fc.string(), fieldsV1: fc.anything() })));
  fc.assert(fc.property(fc.anything(), (it) => void projectConfigMap(it, origin)));
  fc.assert(fc.property(fields, (it) => void changed(it)));
});
