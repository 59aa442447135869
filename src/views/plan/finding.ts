import type { Check } from "../../core/check/check.ts";
import type { ConfigurationFinding } from "../../core/check/configuration.ts";
import type { ImageFinding } from "../../core/check/image.ts";
import type { ManifestFinding } from "../../core/check/manifest.ts";
import type { PermissionFinding } from "../../core/check/permission.ts";
import type { SchemaFinding } from "../../core/check/schema.ts";
import type { StateFinding } from "../../core/check/state.ts";
import { shortDigest } from "../../core/image/reference.ts";
import { code, literal } from "../words/text.ts";
import { when } from "../words/time.ts";
import { ownerWords } from "./owner.ts";

/** What each finding says to a person, with its evidence. Nothing is claimed that was not looked at. */
export function findingWords(check: Check): readonly string[] {
  switch (check.about) {
    case "image":
      return check.found.map(imageWords);
    case "manifest":
      return check.found.map(manifestWords);
    case "configuration":
      return check.found.map(configurationWords);
    case "schema":
      return check.found.map(schemaWords);
    case "owner":
      return check.found.map(ownerWords);
    case "state":
      return check.found.map(stateWords);
    case "permission":
      return check.found.map(permissionWords);
  }
}

function imageWords(it: ImageFinding): string {
  const name = "container" in it ? code(it.container, 63) : "";
  switch (it.kind) {
    case "served":
      return `${name}: the registry serves ${code(shortDigest(it.digest))}, for every node there is.`;
    case "no containers":
      return "The template has no containers.";
    case "not served":
      return `${name}: the registry does not have ${code(shortDigest(it.digest))} any more. Pods could not be started.`;
    case "architecture missing":
      return `${name}: ${code(shortDigest(it.digest))} is not there for ${listed(it.architectures)}, which nodes have.`;
    case "tag moved":
      return `${name}: the tag stands for ${code(shortDigest(it.is))} by now. What ran was ${code(shortDigest(it.was))}, and that is restored, by its digest.`;
    case "digest not known":
      return `${name}: nobody saw which image ${code(it.image, 150)} stood for.`;
    case "registry unread":
      return `${name}: whether its registry still has the image could not be told (${literal(it.because, 200)}).`;
    case "tag unread":
      return `${name}: what its tag stands for now could not be told (${literal(it.because, 200)}).`;
    case "nodes unread":
      return `Which architectures the nodes have could not be told (${literal(it.because, 200)}).`;
    case "architectures not said":
      return `${name}: the registry does not say for which architectures the image is.`;
  }
}

function manifestWords(it: ManifestFinding): string {
  switch (it.kind) {
    case "accepted":
      return "The API server accepts the old template (tried without effect), and all that it refers to is there.";
    case "rewritten":
      return "The API server, or a webhook of it, changes the template as it takes it.";
    case "warning":
      return `The API server warns: ${literal(it.text, 300)}`;
    case "refused":
      return `The API server refuses the old template (${it.by}): ${literal(it.text, 400)}`;
    case "reference missing":
      return `${it.reference.kind} ${code(it.reference.name, 100)}, which the old template needs, is not there any more. Pods could not start.`;
    case "reference unread":
      return `Whether ${it.reference.kind} ${code(it.reference.name, 100)} is there could not be told (${literal(it.because, 200)}).`;
    case "no dry run":
      return "Something on the API server cannot be tried without effect.";
    case "moved":
      return "The workload changed while it was looked at.";
    case "no answer":
      return `The old template could not be tried (${literal(it.because, 200)}).`;
  }
}

function configurationWords(it: ConfigurationFinding): string {
  switch (it.kind) {
    case "none used":
      return "The template takes no configuration from ConfigMaps or Secrets.";
    case "same image":
      return "The image is the same as now. If something broke since, it is the configuration: this rollback would not bring that back.";
    case "changed last":
      return `What changed last (${when(it.at)}) is ${configName(it)}, and no image: what is wrong since then may stay.`;
    case "same":
      return `${configName(it)} is as it was.`;
    case "changed":
      return `${configName(it)} changed since (last ${when(it.at)}). It stays as it is now: an image does not bring it back.`;
    case "gone":
      return `${configName(it)} was there then, and is not any more.`;
    case "made since":
      return `${configName(it)} was not there then.`;
    case "then not known":
      return `How ${configName(it)} was then is not known.`;
    case "now not known":
      return `Whether ${configName(it)} is as it was then is not known: I may not read it.`;
  }
}

function configName({ config }: { readonly config: { readonly kind: string; readonly name: string } }): string {
  return `${config.kind} ${code(config.name, 100)}`;
}

function schemaWords(it: SchemaFinding): string {
  switch (it.kind) {
    case "no sign":
      return "Nobody said anything about the database, and no Job ran that looks like a migration. That proves nothing.";
    case "said compatible":
      return `${literal(it.said.release, 100)}: said to be ${it.said.migration === "none" ? "without a migration" : "compatible"} (${it.said.source}).`;
    case "said irreversible":
      return `${literal(it.said.release, 100)} changed the database in a way that is said to be irreversible (${it.said.source}). An image cannot undo this.`;
    case "migration job":
      return `Job ${code(it.job, 100)} ran ${when(it.at)} and looks like a migration. An image cannot undo this.`;
    case "jobs unread":
      return `Whether a migration ran since could not be told (${literal(it.because, 200)}).`;
  }
}

function stateWords(it: StateFinding): string {
  switch (it.kind) {
    case "settled":
      return "The workload is at rest.";
    case "scaled automatically":
      return `${code(it.scaling.name, 100)} scales it between ${it.scaling.min} and ${it.scaling.max} pods, and goes on to.`;
    case "paused":
      return "Its rollouts are paused: nothing would happen. Resume it first.";
    case "being deleted":
      return "It is being deleted.";
    case "rolling out":
      return "A rollout is under way. It goes over into the rollback.";
    case "on delete":
      return "Its pods take a new template only when somebody deletes them.";
    case "partitioned":
      return `Pods below number ${it.partition} stay as they are (partition).`;
    case "downtime":
      return "All its pods stop before the first new one starts (Recreate): there will be downtime.";
    case "no pods":
      return "It is scaled to zero: no pod will prove that it works.";
    case "stuck pod":
      return `Pod ${code(it.pod, 100)} is stuck (${literal(it.reason, 100)}). It may have to be deleted before others follow.`;
    case "quota used up":
      return `Quota ${code(it.quota.name, 100)} is used up (${literal(it.quota.resource, 60)}: ${literal(it.quota.used, 20)} of ${literal(it.quota.hard, 20)}).`;
    case "record lost":
      return `It carries an operation of mine (${code(it.operation, 60)}) whose record is lost: what was done then, and why, I cannot tell.`;
    case "scaling unread":
      return `Whether something scales it could not be told (${literal(it.because, 200)}).`;
    case "quotas unread":
      return `Whether quotas leave room could not be told (${literal(it.because, 200)}).`;
  }
}

function permissionWords(it: PermissionFinding): string {
  switch (it.kind) {
    case "allowed":
      return "My account may do this.";
    case "may not patch":
      return "My account may not change this workload: it lacks the role for rollbacks in this namespace.";
    case "may not delete pods":
      return "My account may not delete pods: one that is stuck has to be deleted by hand.";
    case "may not leave events":
      return "My account may not leave an Event on the workload.";
    case "unread":
      return `What my account may do could not be told (${literal(it.because, 200)}).`;
  }
}

function listed(names: readonly string[]): string {
  return names
    .slice(0, 10)
    .map((it) => code(it, 40))
    .join(", ");
}
