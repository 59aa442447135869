import { describe, expect, test } from "vitest";
import { List, useServer, type Open } from "./place.ts";

/** Apart from the others, and on a server of its own: what it does would disturb every list and watch under way. */
export function expiringContract(open: Open): void {
  describe("forgetting", () => {
    const { place, server } = useServer(open);

    test("answers 410 Expired to a token of a list that is too old", async ({ skip }) => {
      const { expire } = server();
      skip(expire === undefined, "NOT RUN here: a real server forgets in test/cluster/forgetting.test.ts");
      const { deploy, request, deployments } = await place();
      for (const name of ["a", "b"]) await deploy({ name });
      const first = List.parse((await request("GET", `${deployments}?limit=1`)).json);
      await expire?.();
      const reply = await request("GET", `${deployments}?limit=1&continue=${first.metadata.continue}`);
      expect(reply).toMatchObject({ status: 410, json: { reason: "Expired", code: 410 } });
    });

    test("tells a watch of an expired revision in a stream that was opened with 200", async ({ skip }) => {
      const { expire } = server();
      skip(expire === undefined, "NOT RUN: nothing says how to make this server forget (CLUSTER_ETCD)");
      const { deploy, request, deployments } = await place();
      const { metadata } = await deploy();
      await expire?.();
      const reply = await request("GET", `${deployments}?watch=1&resourceVersion=${metadata.resourceVersion}`);
      expect(reply.status).toBe(200);
      const message = expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/);
      const object = { kind: "Status", reason: "Expired", code: 410, message };
      expect(JSON.parse(reply.text)).toMatchObject({ type: "ERROR", object });
    });
  });
}
