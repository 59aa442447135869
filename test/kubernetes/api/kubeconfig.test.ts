import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../../src/kubernetes/api/connection.ts";
import { readAccess } from "../../../src/kubernetes/api/credentials/access.ts";
import { chosenInPod } from "../../../src/kubernetes/api/credentials/pod.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

const config = (user: object, more: object = {}): string =>
  JSON.stringify({
    "current-context": "eu",
    clusters: [
      { name: "c-eu", cluster: { server: "https://eu.example/k8s/", ...more } },
      { name: "c-us", cluster: { server: "https://us.example" } },
    ],
    users: [
      { name: "robot", user },
      { name: "other", user: { token: "of-another" } },
    ],
    contexts: [
      { name: "eu", context: { cluster: "c-eu", user: "robot" } },
      { name: "us", context: { cluster: "c-us", user: "other" } },
      { name: "nobody", context: { cluster: "c-us", user: "missing" } },
    ],
  });

async function headersOf(user: object, context: string | null = null) {
  const connection = await connect({ kubeconfig: await write("config", config(user)), context });
  return (await connection.credentials()).headers;
}

test("the current context is the default, and contexts do not share credentials", async () => {
  const kubeconfig = await write("config", config({ token: "of-robot" }));
  const [eu, us] = await Promise.all([connect({ kubeconfig, context: null }), connect({ kubeconfig, context: "us" })]);
  expect([eu.server, us.server]).toEqual(["https://eu.example/k8s", "https://us.example"]);
  const [a, b] = await Promise.all([eu.credentials(), us.credentials()]);
  expect([a.headers["authorization"], b.headers["authorization"]]).toEqual(["Bearer of-robot", "Bearer of-another"]);
});

test.each([
  ["as-groups", ["dev"]],
  ["as-uid", "1"],
  ["as-user-extra", { scopes: ["x"] }],
])("a user with %s is refused, since it would be left out without a word", async (key, value) => {
  await expect(headersOf({ token: "secret", as: "alice", [key]: value })).rejects.toThrow(
    `User "robot" of the kubeconfig has "${key}", which is not supported.`,
  );
});

test.each([
  ["a context that is not there", config({}), "xx", 'The kubeconfig has no context "xx"; it has "eu", "us", "nobody".'],
  ["a user who is not there", config({}), "nobody", 'Context "nobody" names the user "missing", who is not there.'],
  ["a file that is no YAML", "token: secret: secret", null, "is not a kubeconfig."],
  ["a file that is something else", "[secret]", null, "is not a kubeconfig."],
  ["a file without contexts", "{}", null, "The kubeconfig names no current context, and none was asked for."],
  ["a file with contexts missing", "{}", "eu", 'The kubeconfig has no context "eu"; it has none.'],
])("%s is refused in one sentence without secrets", async (_, content, context, sentence) => {
  const kubeconfig = await write("config", content);
  const refusal = connect({ kubeconfig, context });
  await expect(refusal).rejects.toThrow(sentence);
  await expect(refusal).rejects.not.toThrow("secret");
});

test("a file that cannot be read is refused by its name", async () => {
  const kubeconfig = join(folder, "none");
  await expect(connect({ kubeconfig, context: null })).rejects.toThrow(
    `The kubeconfig ${kubeconfig} cannot be read (ENOENT).`,
  );
});

test("without a kubeconfig, outside a cluster, says so", async () => {
  await expect(connect({ kubeconfig: null, context: null })).rejects.toThrow("this is not a pod of a cluster");
});

test("a pod is led to its API server, also where that has an IPv6 address", async () => {
  const options = { kubeconfig: null, context: null };
  const four = await connect({ ...options, pod: { host: "10.96.0.1", port: "443" } });
  const six = await connect({ ...options, pod: { host: "fd00::1", port: "6443" } });
  expect([four, six].map((it) => it.server)).toEqual(["https://10.96.0.1:443", "https://[fd00::1]:6443"]);
  expect(four.context).toBe("in-cluster");
});

test("a pod's service account is read anew each time: its token is replaced every hour", async () => {
  await Promise.all([write("ca.crt", "certificate"), write("token", "first\n")]);
  const chosen = chosenInPod({ host: "10.96.0.1", port: "443" }, folder);
  const { headers, tls } = await readAccess(chosen);
  expect({ ...headers, ca: String(tls.ca) }).toEqual({ authorization: "Bearer first", ca: "certificate" });
  await write("token", "second");
  expect((await readAccess(chosen)).headers["authorization"]).toBe("Bearer second");
});

test("several files are one, and of equal names the first counts", async () => {
  const first = await write("first", JSON.stringify({ users: [{ name: "robot", user: { token: "of-first" } }] }));
  const second = await write("second", config({ token: "of-second" }));
  const connection = await connect({ kubeconfig: [first, second].join(delimiter), context: null });
  expect((await connection.credentials()).headers["authorization"]).toBe("Bearer of-first");
});

test("a token file is found beside the kubeconfig and counts more than a token", async () => {
  await write("token", "of-file\n");
  expect(await headersOf({ token: "of-user", tokenFile: "token" })).toMatchObject({ authorization: "Bearer of-file" });
});

test("impersonation of a user and a password are passed on", async () => {
  expect(await headersOf({ username: "bob", password: "pw", as: "alice" })).toEqual({
    authorization: `Basic ${Buffer.from("bob:pw").toString("base64")}`,
    "impersonate-user": "alice",
  });
});

const plugin = (script: string): object => ({
  exec: { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: ["-e", script] },
});

test("a credential plugin is started once for those who ask together, and again after a renewal", async () => {
  const runs = join(folder, "runs");
  const script = `require("fs").appendFileSync(${JSON.stringify(runs)}, "x");
    console.log(JSON.stringify({ status: { token: "t" + require("fs").readFileSync(${JSON.stringify(runs)}).length } }))`;
  const connection = await connect({ kubeconfig: await write("config", config(plugin(script))), context: null });
  const [one, two] = await Promise.all([connection.credentials(), connection.credentials()]);
  expect([one.headers["authorization"], two.headers["authorization"]]).toEqual(["Bearer t1", "Bearer t1"]);

  await Promise.all([connection.renew(one.generation), connection.renew(two.generation)]);
  const three = await connection.credentials();
  expect(three.headers["authorization"]).toBe("Bearer t2");
  await connection.renew(one.generation); // somebody who heard of it late
  expect((await connection.credentials()).headers["authorization"]).toBe("Bearer t2");
});

test.each([
  ["complains", 'console.error("secret"); process.exit(1)'],
  ["never ends", "setTimeout(() => {}, 3_000)"],
])("a credential plugin that %s is a failure without its words", async (_, script) => {
  const kubeconfig = await write("config", config(plugin(script)));
  const connection = await connect({ kubeconfig, context: null, credentialsWithinMs: 1_000 });
  const refusal = await connection.credentials().catch((err: unknown) => err);
  expect(refusal).toMatchObject({
    kind: "unauthorized",
    message: "the credentials for the cluster cannot be obtained",
  });
  expect(refusal).not.toHaveProperty("cause");
});

test("certificates are read, and a kubeconfig that disappears leaves the last one in force", async () => {
  const data = Buffer.from("certificate").toString("base64");
  const kubeconfig = await write(
    "config",
    config({ token: "t" }, { "certificate-authority-data": data, "tls-server-name": "api" }),
  );
  const connection = await connect({ kubeconfig, context: null });
  const { tls, generation } = await connection.credentials();
  expect({ ...tls, ca: String(tls.ca) }).toEqual({ ca: "certificate", servername: "api" });
  await rm(kubeconfig);
  await connection.renew(generation);
  expect((await connection.credentials()).headers["authorization"]).toBe("Bearer t");
});

test("a kubeconfig that comes to lead elsewhere is not followed, and its credentials are not used", async () => {
  const kubeconfig = await write("config", config({ token: "here" }));
  const connection = await connect({ kubeconfig, context: null });
  const { generation } = await connection.credentials();
  await write("config", config({ token: "there" }, { server: "https://elsewhere.example" }));
  await connection.renew(generation);
  await expect(connection.credentials()).rejects.toMatchObject({
    kind: "unauthorized",
    message: "the kubeconfig has come to lead to another server: restart to follow that one",
  });
  expect(connection.server).toBe("https://eu.example/k8s");
  await write("config", config({ token: "here again" }));
  expect((await connection.credentials()).headers["authorization"]).toBe("Bearer here again");
});
