import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configsOf } from "../../../src/kubernetes/project/config-references.ts";
import { unshared } from "../../../src/kubernetes/project/sharing.ts";
import { templateOf } from "../../../src/kubernetes/project/template.ts";
import { podTemplate } from "./objects.ts";

const named = (podSpec: unknown): readonly string[] =>
  configsOf(podSpec, (it) => it).map(({ kind, name }) => `${kind} ${name}`);
const from = (valueFrom: object): object => ({ name: "KEY", valueFrom });
const main = (container: object): object => ({ containers: [{ name: "main", image: "web:1", ...container }] });

describe("a template names as its configuration", () => {
  test.each<[string, object, readonly string[]]>([
    ["nothing where it has none", main({}), []],
    [
      "a ConfigMap that a variable is from",
      main({ env: [from({ configMapKeyRef: { name: "web", key: "k" } })] }),
      ["ConfigMap web"],
    ],
    [
      "a Secret that a variable is from",
      main({ env: [from({ secretKeyRef: { name: "db", key: "k" } })] }),
      ["Secret db"],
    ],
    [
      "no plain variable, and none of the pod's own fields",
      main({ env: [{ name: "A", value: "1" }, from({ fieldRef: { fieldPath: "x" } })] }),
      [],
    ],
    [
      "whole ConfigMaps and Secrets as variables",
      main({
        envFrom: [{ prefix: "A_", configMapRef: { name: "web" } }, { secretRef: { name: "db", optional: true } }],
      }),
      ["ConfigMap web", "Secret db"],
    ],
    [
      "volumes",
      {
        ...main({}),
        volumes: [
          { name: "a", configMap: { name: "web" } },
          { name: "b", secret: { secretName: "db" } },
          { name: "c", emptyDir: {} },
        ],
      },
      ["ConfigMap web", "Secret db"],
    ],
    [
      "each source of a projected volume",
      {
        ...main({}),
        volumes: [
          {
            name: "all",
            projected: {
              sources: [
                { serviceAccountToken: { path: "token" } },
                { configMap: { name: "web" } },
                { secret: { name: "db" } },
                { downwardAPI: {} },
              ],
            },
          },
        ],
      },
      ["ConfigMap web", "Secret db"],
    ],
    [
      "what its init containers take",
      { ...main({}), initContainers: [{ name: "migrate", envFrom: [{ secretRef: { name: "db" } }] }] },
      ["Secret db"],
    ],
    ["not what its images are pulled with", { ...main({}), imagePullSecrets: [{ name: "registry" }] }, []],
    [
      "each once and in order, a ConfigMap and a Secret of one name apart",
      {
        containers: [
          { name: "a", envFrom: [{ secretRef: { name: "web" } }, { configMapRef: { name: "web" } }] },
          { name: "b", env: [from({ configMapKeyRef: { name: "web", key: "k" } })] },
        ],
        volumes: [{ name: "v", configMap: { name: "api" } }],
      },
      ["ConfigMap api", "ConfigMap web", "Secret web"],
    ],
  ])("%s", (_, podSpec, found) => {
    expect(named(podSpec)).toEqual(found);
  });

  test("whatever can be read, beside forms that nobody here knows", () => {
    const podSpec = {
      containers: [
        null,
        "text",
        { name: "a", env: "none", envFrom: [{ configMapRef: { name: 7 } }, { configMapRef: { name: "web" } }, 3] },
      ],
      initContainers: null,
      volumes: [
        { name: "v", projected: { sources: null } },
        { secret: { secretName: "" } },
        { secret: { secretName: "db" } },
      ],
    };
    expect(named(podSpec)).toEqual(["ConfigMap web", "Secret db"]);
  });

  test("and fails for no input at all", () => {
    const item = fc.record({ env: fc.anything(), envFrom: fc.array(fc.anything()) });
    const volumes = fc.array(fc.anything());
    const spec = fc.record({ containers: fc.array(item), volumes, initContainers: fc.anything() });
    fc.assert(fc.property(fc.oneof(fc.anything(), spec), (it) => void named(it)));
  });
});

test("a template keeps its names as the texts that are known already", () => {
  const interned: string[] = [];
  const intern = (text: string): string => {
    interned.push(text);
    return text;
  };
  const envFrom = [{ configMapRef: { name: "web" } }];
  const raw = { ...podTemplate, spec: { ...podTemplate.spec, containers: [{ name: "web", image: "web:1", envFrom }] } };
  expect(templateOf(raw, { cluster: "prod-eu", ...unshared, intern })?.configs).toEqual([
    { kind: "ConfigMap", name: "web" },
  ]);
  expect(interned).toContain("web");
});
