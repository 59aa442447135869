import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readWhole } from "../../../src/kubernetes/bytes/reading.ts";
import { resources } from "../../../src/kubernetes/api/resource.ts";
import { lineOf } from "../../../src/kubernetes/follow/line.ts";
import { createRetold, type Item } from "../../../src/kubernetes/follow/retold.ts";
import { deployment } from "../scripted-server.ts";

const [deployments] = resources.filter((it) => it.plural === "deployments");
const web = { metadata: { name: "web", uid: "uid-web", resourceVersion: "11" }, spec: { replicas: 1 } };
const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const sumOf = (it: Item): number | null => (it.kind === "read" ? it.sum : null);

function having(object: object) {
  const retold = createRetold();
  retold.took("uid-web", sumOf(retold.item(bytesOf(object), readWhole)));
  return (other: unknown) => retold.item(bytesOf(other), readWhole);
}

test("the same bytes are told again, and nobody reads them", () => {
  expect(having(web)(web)).toEqual({ kind: "retold", uid: "uid-web" });
});

test("any other object is read, whatever its version", () => {
  const versions = fc.constantFrom("11", "12", "2097163", "11x");
  const objects = fc
    .tuple(versions, fc.jsonValue())
    .map(([resourceVersion, spec]) => ({ metadata: { ...web.metadata, resourceVersion }, spec }));
  fc.assert(
    fc.property(objects, objects, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      expect(having(one)(other)).toMatchObject({ kind: "read", object: JSON.parse(JSON.stringify(other)) });
    }),
  );
});

describe("is read all the same", () => {
  test.each([
    ["without a version", { metadata: { uid: "uid-web" } }],
    ["whose version is no number", { metadata: { uid: "uid-web", resourceVersion: "a7f3" } }],
    ["whose version is too large", { metadata: { uid: "uid-web", resourceVersion: "9".repeat(20) } }],
    ["whose uid is not where servers write it", { owner: { uid: "uid-other" }, ...web }],
  ])("an object %s", (_, object) => {
    expect(having(object)(object)).toMatchObject({ kind: "read", object });
  });

  test("what was told since in other words, or is gone", () => {
    const retold = createRetold();
    const item = () => retold.item(bytesOf(web), readWhole);
    const sum = sumOf(item());
    for (const forget of [() => retold.took("uid-web", null), () => retold.keep(new Set(["uid-api"]))]) {
      retold.took("uid-web", sum);
      expect(item().kind).toBe("retold");
      forget();
      expect(item().kind).toBe("read");
    }
  });
});

test("what something else came before is read, though neither was taken yet", () => {
  const known = having(web);
  known({ ...web, spec: { replicas: 2 } });
  expect(known(web).kind).toBe("read");
});

describe("a line of a watch", () => {
  const retold = createRetold();
  const of = (line: string) => (deployments ? lineOf(Buffer.from(line), deployments, retold) : null);
  const line = (type: string, more = "") => `{"type":"${type}","object":${JSON.stringify(web)}${more}}`;
  retold.took("uid-web", sumOf(retold.item(bytesOf(web), readWhole)));

  test("tells again only as something that is there", () => {
    expect(of(line("ADDED"))).toEqual({ type: "ADDED", item: { kind: "retold", uid: "uid-web" } });
    expect(of(line("DELETED"))).toEqual({ type: "DELETED", item: { kind: "read", object: web, sum: null } });
    expect(of(line("MODIFIED"))).toMatchObject({ type: "MODIFIED", item: { kind: "read", object: web } });
  });

  test("may say more than we know, or the same in another order", () => {
    const other = JSON.stringify(deployment("api"));
    const read = { type: "ADDED", item: { kind: "read", object: JSON.parse(other), sum: null } };
    expect(of(`{"type":"ADDED","object":${other},"more":1}`)).toEqual(read);
    expect(of(`{"object":${other},"type":"ADDED"}`)).toEqual(read);
  });

  test.each(["", "{", "7", "null", '{"type":"ADDED","object":', '{"type":"ADDED","object":{"a":1}'])(
    "that is no event is none: %s",
    (text) => expect(of(text)).toBeNull(),
  );
});
