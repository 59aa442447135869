import { z } from "zod";

/** What a CI platform says about the job that it gave a token to. */
export type Job = {
  /** `acme/shop`, also where the platform calls it a project. */
  readonly repository: string;
  readonly workflow: string | null;
  /** The commit that the job runs on. */
  readonly commit: string | null;
  readonly actor: string | null;
  /** Where the repository is: a URL. */
  readonly source: string;
  /** The addresses of the run, the one for people first. */
  readonly runs: readonly string[];
};

const text = z.string().min(1).max(500).optional().catch(undefined);
const number = z
  .string()
  .regex(/^\d{1,20}$/)
  .optional()
  .catch(undefined);
const sha = z
  .string()
  .regex(/^[0-9a-f]{40,64}$/)
  .optional()
  .catch(undefined);
const path = z.string().regex(/^[\w.-]{1,100}(?:\/[\w.-]{1,100}){1,20}$/);

/** https://docs.github.com/en/actions/reference/security/oidc */
const GitHub = z.object({ repository: path, job_workflow_ref: text, sha, actor: text, run_id: number });

/** https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
const GitLab = z.object({
  project_path: path,
  ci_config_ref_uri: text,
  sha,
  user_login: text,
  pipeline_id: number,
  job_id: number,
});

/** Reads what was verified. Null: it names no repository, so it is not the token of a job. */
export function jobOf(payload: object, issuer: string): Job | null {
  const github = GitHub.safeParse(payload);
  if (github.success) return githubJob(github.data, issuer);
  const gitlab = GitLab.safeParse(payload);
  return gitlab.success ? gitlabJob(gitlab.data, issuer) : null;
}

function githubJob(it: z.infer<typeof GitHub>, issuer: string): Job {
  const source = `${githubServer(issuer)}/${it.repository}`;
  return {
    repository: it.repository,
    workflow: it.job_workflow_ref ?? null,
    commit: it.sha ?? null,
    actor: it.actor ?? null,
    source,
    runs: it.run_id === undefined ? [] : [`${source}/actions/runs/${it.run_id}`],
  };
}

function gitlabJob(it: z.infer<typeof GitLab>, issuer: string): Job {
  const source = `${issuer.replace(/\/$/, "")}/${it.project_path}`;
  const pipeline = it.pipeline_id === undefined ? [] : [`${source}/-/pipelines/${it.pipeline_id}`];
  const job = it.job_id === undefined ? [] : [`${source}/-/jobs/${it.job_id}`];
  return {
    repository: it.project_path,
    workflow: it.ci_config_ref_uri ?? null,
    commit: it.sha ?? null,
    actor: it.user_login ?? null,
    source,
    runs: [...pipeline, ...job],
  };
}

/** GitHub's own tokens come from another host than its pages; those of GitHub Enterprise Server from the same. */
function githubServer(issuer: string): string {
  const { origin, hostname } = new URL(issuer);
  if (hostname === "token.actions.githubusercontent.com") return "https://github.com";
  const residence = /^token\.actions\.([\w-]+\.ghe\.com)$/.exec(hostname)?.[1];
  return residence === undefined ? origin : `https://${residence}`;
}
