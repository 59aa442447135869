import { execFile } from "node:child_process";

export type Said = { readonly ok: boolean; readonly text: string };

/** The real one, against the cluster that KUBECONFIG names. KUBECTL says where it is, if it is not on the path. */
export async function kubectl(...args: readonly string[]): Promise<Said> {
  const program = process.env["KUBECTL"] ?? "kubectl";
  return new Promise((resolve, reject) => {
    execFile(program, [...args, "--request-timeout=10s"], { timeout: 15_000 }, (err, stdout, stderr) => {
      if (err && "code" in err && err.code === "ENOENT") {
        reject(new Error("Set KUBECTL to a kubectl: there is none on the path."));
        return;
      }
      resolve({ ok: err === null, text: `${stdout}${stderr}` });
    });
  });
}
