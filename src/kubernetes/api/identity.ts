import { z } from "zod";
import type { Cluster } from "../../ports.ts";
import { Failure } from "./failure.ts";
import type { Requests } from "./request.ts";

/** Every cluster has this namespace from its first moment to its last. */
const name = "kube-system";
const Namespace = z.object({ metadata: z.object({ name: z.literal(name), uid: z.string().min(1) }) });

/** Asks until it was told once. Rejects with a Failure, or with the reason of `stop`. */
export function createIdentity(requests: Requests): Cluster["identity"] {
  let known: string | null = null;
  const asked = { verb: "get", resource: "namespaces", namespace: null, name };

  return async (stop) => {
    if (known !== null) return known;
    const answer = Namespace.safeParse(await requests.get({ path: `/api/v1/namespaces/${name}`, asked, stop }));
    if (!answer.success) {
      throw new Failure({ kind: "garbage", sentence: `the API server's answer is not the namespace ${name}` });
    }
    known = answer.data.metadata.uid;
    return known;
  };
}
