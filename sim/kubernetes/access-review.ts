import { z } from "zod";
import { isPlural, resources, type Target } from "./resource.ts";
import { badRequest, failure, wrongMethod, type Answer } from "./status.ts";

export const reviewPath = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

const Review = z.looseObject({
  spec: z.looseObject({
    resourceAttributes: z.looseObject({
      namespace: z.string().default(""),
      verb: z.string().default(""),
      group: z.string().default(""),
      resource: z.string().default(""),
      name: z.string().default(""),
    }),
  }),
});

type Asked = {
  readonly method: string;
  readonly body: string;
  readonly denies: (verb: string, target: Target) => boolean;
};

/** May I? What the server does not know may be anything: only what is forbidden is not allowed. */
export function answerReview({ method, body, denies }: Asked): Answer {
  if (method !== "POST") return wrongMethod;
  const read = Review.safeParse(jsonOf(body));
  if (!read.success) {
    return failure(
      422,
      "Invalid",
      'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes',
    );
  }
  const { namespace, verb, group, resource, name } = read.data.spec.resourceAttributes;
  const known = isPlural(resource) && resources[resource].group === group ? resource : null;
  const place = { namespace: namespace === "" ? null : namespace, name: name === "" ? null : name };
  const allowed = known === null || !denies(verb, { plural: known, ...place, subresource: null });
  const about = { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {} };
  return { status: 201, body: { ...about, spec: read.data.spec, status: { allowed } } };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return badRequest("couldn't get version/kind; json parse error");
  }
}
