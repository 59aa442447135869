/** What the stand-in does not do, for whoever shows it to people. */
export const limits: readonly string[] = [
  "Plain HTTP/1.1 with bearer tokens only: no TLS, no HTTP/2, no client certificates, no impersonation.",
  "Deployments, StatefulSets, DaemonSets, ReplicaSets, ControllerRevisions, Pods, ConfigMaps, Events (read and stored) and Namespaces only, and a few kinds that are kept as they came and that nothing acts on: Nodes, Secrets, ServiceAccounts, PersistentVolumeClaims, ResourceQuotas, Jobs, HorizontalPodAutoscalers, PriorityClasses and, where asked for, Applications of Argo CD. Any other kind is 404. No scale subresource, no events.k8s.io, of access reviews only SelfSubjectAccessReview, which knows the lever `forbid`.",
  "No strategic merge patch and no server-side apply (415), no deletecollection, no Table, protobuf or CBOR (406), PartialObjectMetadata for get, list and watch only. Watch streams are never compressed.",
  "Unknown fields are kept, where the real server drops them with a warning or, with fieldValidation=Strict, refuses them.",
  "Quantities stay as they were written (1024Mi is not turned into 1Gi), and only the defaults of common fields are filled in.",
  "Validation knows names, selectors, required fields, types and duplicate container names. The texts of type errors differ.",
  "managedFields tell who owns the image of which container and which key of a ConfigMap, and nothing else.",
  "No admission: no quotas, limits, pod security, webhooks or policies. RBAC is the lever `forbid`.",
  "Selectors of workloads look at matchLabels only. Field selectors know metadata.name and metadata.namespace.",
  "Scaling in the middle of a rollout does not share the difference out among the ReplicaSets; the rollout evens it out.",
  "ReplicaSets do not adopt pods, collisions of template hashes do not happen, and the hashes are not the real ones.",
  "Pods always find a node, of which there are three. StatefulSets have no claims, start ordinals or maxUnavailable above one, DaemonSets no surge, node selectors or template generation. Pods start without the ConfigMaps, Secrets and volumes that they name, no namespace is born with a ConfigMap or a ServiceAccount, images on loopback registries are not resolved, and nodes keep no image cache.",
  "Finalizers other than foregroundDeletion are ignored, and propagationPolicy=Orphan is taken for Background.",
  "The kubelet emits warnings as events; the controllers emit none. Events are kept for ever.",
];
