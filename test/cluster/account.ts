import { readFile } from "node:fs/promises";
import { parse, parseAllDocuments, stringify } from "yaml";
import { z } from "zod";
import { createClient } from "../contract/kubernetes/client.ts";
import { real } from "./real.ts";

const Document = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const admission = "/apis/admissionregistration.k8s.io/v1";
const collections: Readonly<Record<string, string>> = {
  Namespace: "/api/v1/namespaces",
  ServiceAccount: "/api/v1/namespaces/whatsrunning/serviceaccounts",
  ClusterRole: `${rbac}/clusterroles`,
  ClusterRoleBinding: `${rbac}/clusterrolebindings`,
  ValidatingAdmissionPolicy: `${admission}/validatingadmissionpolicies`,
  ValidatingAdmissionPolicyBinding: `${admission}/validatingadmissionpolicybindings`,
};

export type Account = {
  /** Of the account, its namespace, its roles and its policies. */
  readonly name: string;
  readonly kubeconfig: string;
};

/** Accounts as the files in deploy/ make them, each under names of its own. All that was made is gone after `close`. */
export async function createAccounts() {
  const { kubeconfig } = await real();
  const admin = createClient(kubeconfig);
  const made: string[] = [];

  type Named = { readonly metadata: { readonly name: string }; readonly [key: string]: unknown };
  async function make(path: string, body: Named): Promise<void> {
    const reply = await admin.request("POST", path, { body });
    if (reply.status !== 201) throw new Error(reply.text);
    made.unshift(`${path}/${body.metadata.name}`);
  }

  async function grant(files: readonly string[], edit: (manifests: string) => string = (it) => it): Promise<Account> {
    const name = `whatsrunning-${Math.random().toString(36).slice(2, 8)}`;
    const renamed = (text: string): string => text.replaceAll(/whatsrunning(?!\\*\.dev)/g, name);
    for (const file of files) {
      for (const document of parseAllDocuments(renamed(edit(await readFile(file, "utf8"))))) {
        const object = Document.parse(document.toJS());
        await make(renamed(collections[object.kind] ?? ""), object);
      }
    }
    return { name, kubeconfig: await loginOf(name) };
  }

  async function loginOf(name: string): Promise<string> {
    const asked = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
    const path = `/api/v1/namespaces/${name}/serviceaccounts/${name}/token`;
    const reply = await admin.request("POST", path, { body: asked });
    const { token } = z.object({ status: z.object({ token: z.string() }) }).parse(reply.json).status;
    const config = z.looseObject({ users: z.array(z.looseObject({})) }).parse(parse(kubeconfig));
    return stringify({ ...config, users: config.users.map((it) => ({ ...it, user: { token } })) });
  }

  /** What `kubectl create rolebinding` makes. */
  async function bind(account: Account, namespace: string, role: string): Promise<void> {
    await make(`${rbac}/namespaces/${namespace}/rolebindings`, {
      metadata: { name: `${account.name}-${role}` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: `${account.name}-${role}` },
      subjects: [{ kind: "ServiceAccount", name: account.name, namespace: account.name }],
    });
  }

  async function close(): Promise<void> {
    for (const path of made) await admin.request("DELETE", path);
  }

  return { admin, grant, bind, close };
}
