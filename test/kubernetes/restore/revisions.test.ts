import { describe, expect, test } from "vitest";
import { useStandIn } from "./standing.ts";

const { of, never, read, sim, restoring } = useStandIn();

const item = (name: string, owner: string, number: string, template: object) => ({
  metadata: {
    name,
    uid: `uid-${name}`,
    annotations: { "deployment.kubernetes.io/revision": number },
    ownerReferences: [{ uid: owner, controller: true, kind: "Deployment", name: "web" }],
  },
  spec: { template },
});
const page = (items: unknown, more = "") =>
  ({ kind: "answer", status: 200, body: { metadata: { continue: more }, items } }) as const;
describe("revisions", () => {
  const on = { method: "GET", path: /replicasets/ };

  test("are read page by page, the newest first by number, and only its own", async () => {
    const { uid, template } = await read();
    const json = Object(template.json);
    sim().faults.next(on, page([item("nine", uid, "9", json), item("foreign", "other", "99", json)], "next"));
    sim().faults.next(on, page([item("ten", uid, "10", json), item("unnumbered", uid, "x", json)]));
    const all = await restoring().revisions(of, never);
    expect(all.map((it) => [it.name, it.number])).toEqual([
      ["ten", 10],
      ["nine", 9],
    ]);
  });

  test("a list that is null is an empty one, and one that never ends is not read for ever", async () => {
    sim().faults.next(on, page(null));
    expect(await restoring().revisions(of, never)).toEqual([]);
    sim().faults.next({ ...on, times: 10 }, page([], "same"));
    await expect(restoring().revisions(of, never)).rejects.toThrow("is not a list that goes on");
  });
});
