import type { Surveying } from "../../ports/rollback.ts";
import type { Requests } from "../api/request.ts";
import { argo } from "./argo.ts";
import { learnt } from "./learning.ts";
import { architectures, jobs, quotas, scaling } from "./lists.ts";
import { owners, references } from "./objects.ts";
import { permissions } from "./permissions.ts";

/** Reads what the checks before a rollback want to know, from the API server itself. */
export function createSurveying(requests: Requests): Surveying {
  return {
    references: async (namespace, of, stop) => references(namespace, of, { requests, stop }),
    permissions: async (of, stop) => learnt(async () => permissions(of, { requests, stop }), stop),
    owners: async (of, stop) => learnt(async () => owners(of, { requests, stop }), stop),
    argo: async (app, stop) => learnt(async () => argo(app, { requests, stop }), stop),
    architectures: async (stop) => learnt(async () => architectures({ requests, stop }), stop),
    scaling: async (of, stop) => learnt(async () => scaling(of, { requests, stop }), stop),
    quotas: async (namespace, stop) => learnt(async () => quotas(namespace, { requests, stop }), stop),
    jobs: async (namespace, after, stop) => learnt(async () => jobs(namespace, after, { requests, stop }), stop),
  };
}
