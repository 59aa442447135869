import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateMessage } from "../../sim/slack/blocks/validate.ts";
import { notifications } from "../../sim/slack/notifications.ts";
import type { Environment } from "../../src/core/answer.ts";
import type { ClusterRecord } from "../../src/core/workload.ts";
import { environmentMessage, environmentOfBlock } from "../../src/views/environment.ts";
import * as given from "../core/given.ts";
import { everythingOf, viewOf } from "../core/look.ts";
import { hostile } from "./hostile.ts";
import { transcript } from "./transcript.ts";

const prod: Environment = { name: "prod", aliases: [], places: [{ cluster: "prod-eu", namespaces: null }] };
const showing = { links: {}, now: given.now, shareable: true };

/** A service of that name with one pod, failing or not. */
function service(name: string, index: number, failing = false): readonly ClusterRecord[] {
  const template = given.template(given.image(`1.0.${index}`), { config: name });
  const workload = given.workload({ name, service: name, uid: `deployment-${index}`, replicas: 1, template });
  const revision = given.revision(1, { uid: `replicaset-${index}`, owner: workload.uid, template });
  const pod = given.pod(revision, { name: `pod-${index}`, ...(failing && { container: given.crashing }) });
  return [workload, revision, pod];
}

function message(records: readonly ClusterRecord[], page = 0) {
  const view = viewOf(records);
  const facts = { view, environment: prod, aliases: given.noAliases, now: given.now };
  return environmentMessage(everythingOf(facts, page), showing);
}

describe("the answer for an environment", () => {
  test("what needs eyes comes first, then names in order", async () => {
    const records = [...service("search", 1), ...service("cart", 2, true), ...service("api", 3)];
    await expect(transcript(message(records))).toMatchFileSnapshot("snapshots/environment/three.txt");
  });

  test("an environment of which nothing was read says so", async () => {
    await expect(transcript(message([]))).toMatchFileSnapshot("snapshots/environment/unread.txt");
  });

  test("an environment with nothing in it says what was looked for", async () => {
    const elsewhere = given.workload({ cluster: "prod-eu" });
    const view = viewOf([elsewhere]);
    view.apply({ kind: "gone", what: "workload", cluster: "prod-eu", uid: elsewhere.uid });
    const facts = { view, environment: prod, aliases: given.noAliases, now: given.now };
    const shown = environmentMessage(everythingOf(facts, 0), showing);
    expect(shown.text).toBe("Nothing is known to run in prod.");
    expect(JSON.stringify(shown.blocks)).toContain("No Deployment is in its namespaces.");
  });

  test.each([0, 1, 2, 3, 99, -1])(
    "page %i of 100 services holds what Slack takes, and each service is on one page",
    (page) => {
      const records = Array.from({ length: 100 }, (_, index) =>
        service(`service-${index}-${"x".repeat(40)}`, index),
      ).flat();
      const shown = message(records, page);
      expect(validateMessage(shown)).toEqual([]);
      expect(JSON.stringify(shown)).toContain(`page ${Math.min(Math.max(page, 0), 3) + 1} of 4`);
    },
  );

  test("the pages together hold every service once", () => {
    const records = Array.from({ length: 100 }, (_, index) => service(`service-${index}`, index)).flat();
    const names = [0, 1, 2, 3].flatMap((page) => [
      ...JSON.stringify(message(records, page).blocks).matchAll(/\*(service-\d+)\*/g),
    ]);
    expect(new Set(names.map(([, name]) => name)).size).toBe(100);
    expect(names.length).toBe(100);
  });

  test("nothing written into the cluster can ping, link or break it", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 35 }), (names) => {
        const shown = message(names.flatMap((it, index) => service(it, index, index % 3 === 0)));
        expect(validateMessage(shown)).toEqual([]);
        expect(notifications(shown)).toEqual({ mentions: [], links: [] });
      }),
    );
  });
});

test("the block of the select says which environment it is about", () => {
  expect(environmentOfBlock("environment:prod")).toBe("prod");
  expect(environmentOfBlock("something else")).toBeNull();
});
