import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, type Image, type MultiImage } from "../../sim/registry/image.ts";
import { writeLayout } from "../../sim/registry/layout.ts";
import { ensureInstalled } from "../installed.ts";

export type DockerRegistry = AsyncDisposable & {
  /** `127.0.0.1:<port>`, or another address of this machine. */
  readonly host: string;
  /** With `skopeo`, from an OCI layout: all platforms, digests kept. */
  push(repository: string, tag: string, image: Image | MultiImage): Promise<void>;
  /** What skopeo says a tag or a digest leads to. */
  digestOf(repository: string, reference: string): string;
  /** By digest, with everything that leads to it. */
  remove(repository: string, digest: string): Promise<void>;
  /** From now on only this name and password get in. */
  setPassword(password: Password): Promise<void>;
};

/** Passwords with their hashes, as the registry reads them: bcrypt is not among what Node brings along. */
const hashes = {
  "first-secret": "$2b$04$YwPsLYYzZmusxQB1cqZCGeg3LE0U5UReoTVy.P/CRJP0u4ntK9Oea",
  "second-secret": "$2b$04$87LvIBRyMq1ayisBwsXxL.h2dymgbBIkcKW939d/m0drqqy3Q7d8O",
} as const;

type Password = keyof typeof hashes;

const user = "puller";

/** The Docker config file that lets somebody in with that password. */
export function dockerConfig(host: string, password: Password): string {
  return JSON.stringify({ auths: { [host]: { auth: Buffer.from(`${user}:${password}`).toString("base64") } } });
}

function basic(password: Password): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

type Given = { readonly password?: Password; readonly address?: string };

/** A real registry with its own folder and port. With `password`, nobody gets in without it. */
export async function startDockerRegistry(given: Given = {}): Promise<DockerRegistry> {
  ensureInstalled("docker-registry");
  ensureInstalled("skopeo");
  const folder = await mkdtemp(join(tmpdir(), "docker-registry-"));
  const port = await freePort();
  const host = `${given.address ?? "127.0.0.1"}:${port}`;
  const passwords = join(folder, "htpasswd");
  let { password } = given;
  const auth = password === undefined ? {} : { auth: { htpasswd: { realm: "test", path: passwords } } };
  if (password !== undefined) await setPassword(password);
  const config = {
    version: "0.1",
    log: { accesslog: { disabled: true }, level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: { addr: host },
    ...auth,
  };
  await writeFile(join(folder, "config.yml"), JSON.stringify(config)); // JSON is YAML too
  const child = spawn("docker-registry", ["serve", join(folder, "config.yml")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said = `${said}${String(chunk)}`.slice(-4_000)));
  for (let tries = 0; !(await answers(host)); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`docker-registry did not start: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async function setPassword(to: Password): Promise<void> {
    password = to;
    await writeFile(passwords, `${user}:${hashes[to]}\n`);
  }

  const login = (side: "dest-" | "src-" | "") =>
    password === undefined ? [`--${side}no-creds`] : [`--${side}creds`, `${user}:${password}`];

  return {
    host,
    setPassword,
    push: async (repository, tag, image) => {
      const layout = await mkdtemp(join(folder, "layout-"));
      await writeLayout(layout, tag, image);
      const to = `docker://${host}/${repository}:${tag}`;
      skopeo("copy", "--all", "--quiet", "--dest-tls-verify=false", ...login("dest-"), `oci:${layout}:${tag}`, to);
    },
    digestOf: (repository, reference) => {
      const name = `docker://${host}/${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
      const raw = skopeo("inspect", "--raw", "--tls-verify=false", ...login(""), name);
      return digestOf(raw);
    },
    remove: async (repository, digest) => {
      const headers = password === undefined ? {} : { authorization: basic(password) };
      const reply = await fetch(`http://${host}/v2/${repository}/manifests/${digest}`, { method: "DELETE", headers });
      if (reply.status !== 202) throw new Error(`docker-registry does not delete: ${reply.status}`);
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) {
        const gone = once(child, "exit");
        child.kill("SIGKILL");
        await gone;
      }
      await rm(folder, { recursive: true });
    },
  };
}

function skopeo(...args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync("skopeo", ["--insecure-policy", ...args], { timeout: 30_000 });
  if (status !== 0) throw new Error(`skopeo ${args[0]}: ${stderr.toString()}`);
  return stdout;
}

async function answers(host: string): Promise<boolean> {
  return fetch(`http://${host}/v2/`).then(
    ({ status }) => status === 200 || status === 401,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}
