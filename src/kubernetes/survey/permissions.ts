import { z } from "zod";
import type { Target } from "../../ports/rollback.ts";
import { failureOfStatus } from "../api/failure.ts";
import { pluralOf } from "../restore/place.ts";
import { type Asking, garbage, jsonOf } from "../api/reply.ts";

const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const asked = { verb: "create", resource: "selfsubjectaccessreviews", namespace: null };
const Review = z.object({ status: z.object({ allowed: z.boolean() }) });

export async function permissions({ namespace, kind, name }: Target, asking: Asking) {
  const [patch, deletePods, createEvents] = await Promise.all([
    mayWe({ namespace, verb: "patch", group: "apps", resource: pluralOf[kind], name }, asking),
    mayWe({ namespace, verb: "delete", group: "", resource: "pods" }, asking),
    mayWe({ namespace, verb: "create", group: "", resource: "events" }, asking),
  ]);
  return { patch, deletePods, createEvents };
}

async function mayWe(resourceAttributes: Readonly<Record<string, string>>, { requests, stop }: Asking) {
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes },
  };
  const headers = { "content-type": "application/json" };
  const reply = await requests.tell({ method: "POST", path, headers, body: JSON.stringify(review), stop });
  if (reply.status !== 201) throw failureOfStatus({ status: reply.status, asked });
  const read = Review.safeParse(jsonOf(reply));
  if (!read.success) throw garbage("a review of what we may do");
  return read.data.status.allowed;
}
