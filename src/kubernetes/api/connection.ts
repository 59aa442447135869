import { deadlineIn, unlessStopped } from "../../deadline.ts";
import { type Access, readAccess } from "./credentials/access.ts";
import { openPlugin } from "./credentials/plugin.ts";
import { chosenInPod, type PodServer } from "./credentials/pod.ts";
import { Failure } from "./failure.ts";
import { type Chosen, KubeconfigError, readKubeconfig } from "./kubeconfig.ts";

type Credentials = Access & {
  /** Changes when they were loaded anew. */
  readonly generation: number;
};

/** Where one context leads, and what lets us in there. Makes no request itself. */
export type Connection = {
  /** The context's name, or `in-cluster`. */
  readonly context: string;
  /** Its path may not be empty: some clusters stand behind a gateway. */
  readonly server: string;
  readonly proxyUrl: string | null;
  credentials(): Promise<Credentials>;
  /** Loads everything anew, unless that was done since `generation`. */
  renew(generation: number): Promise<void>;
};

type Options = {
  /** One or more files; null in a pod, which has a service account. */
  readonly kubeconfig: string | null;
  /** Null: the current context. */
  readonly context: string | null;
  /** Null outside of pods. */
  readonly pod?: PodServer | null;
  readonly credentialsWithinMs?: number;
};

/** @throws KubeconfigError, with a sentence for people. */
export async function connect(options: Options): Promise<Connection> {
  const { kubeconfig, context, pod = null, credentialsWithinMs = 30_000 } = options;
  const load = async (): Promise<Chosen> => (kubeconfig === null ? inPod(pod) : readKubeconfig(kubeconfig, context));
  let chosen = await load();
  let ask = await accessTo(chosen);
  let generation = 0;
  let asking: Promise<Credentials> | null = null;
  let renewing: Promise<void> | null = null;
  const { server, proxyUrl } = chosen.cluster;
  let isMoved = false;

  /** Asked for once at a time: behind it can be a program that has to be started. */
  async function credentials(): Promise<Credentials> {
    if (isMoved) await renew(generation); // it may have been put back
    if (isMoved) throw moved();
    asking ??= within(credentialsWithinMs, askNow()).finally(() => {
      asking = null;
    });
    return asking;
  }

  async function askNow(): Promise<Credentials> {
    const now = generation;
    return { ...(await ask()), generation: now };
  }

  async function renew(stale: number): Promise<void> {
    if (stale !== generation) return;
    renewing ??= reload().finally(() => {
      renewing = null;
    });
    await renewing;
  }

  /**
   * A kubeconfig that cannot be read just now (it is being replaced) leaves us with the one we have, its caches emptied.
   * One that leads elsewhere is another cluster: its credentials are not for this server, nor are our records of it.
   */
  async function reload(): Promise<void> {
    const next = await load().catch(() => chosen);
    isMoved = next.cluster.server !== server;
    if (!isMoved) {
      chosen = next;
      ask = await accessTo(chosen);
    }
    generation += 1;
    asking = null;
  }

  return { context: chosen.context.name, server, proxyUrl: proxyUrl ?? null, credentials, renew };
}

function moved(): Failure {
  const sentence = "the kubeconfig has come to lead to another server: restart to follow that one";
  return new Failure({ kind: "unauthorized", sentence });
}

function inPod(pod: PodServer | null): Chosen {
  if (pod === null) throw new KubeconfigError("No kubeconfig is named, and this is not a pod of a cluster.");
  return chosenInPod(pod);
}

/** For each context on its own: a shared one would take the credentials of whichever is current. */
async function accessTo(chosen: Chosen): Promise<() => Promise<Access>> {
  const { exec, authProvider } = chosen.user;
  return exec || authProvider ? openPlugin(chosen) : async () => readAccess(chosen);
}

/** What a credential plugin complains of can hold secrets: only that it failed is told. */
async function within<T>(ms: number, asked: Promise<T>): Promise<T> {
  using deadline = deadlineIn(ms);
  try {
    return await unlessStopped(asked, deadline.signal);
  } catch {
    throw new Failure({ kind: "unauthorized", sentence: "the credentials for the cluster cannot be obtained" });
  }
}
