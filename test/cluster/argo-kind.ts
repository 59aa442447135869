/** The kind Application, as far as it is looked at. */
export const argoKind = {
  metadata: {
    name: "applications.argoproj.io",
    annotations: { "api-approved.kubernetes.io": "unapproved, for a test" },
  },
  spec: {
    group: "argoproj.io",
    names: { kind: "Application", plural: "applications", singular: "application" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
