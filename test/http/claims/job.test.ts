import fc from "fast-check";
import { expect, test } from "vitest";
import { jobOf } from "../../../src/http/claims/job.ts";

test.each([
  ["https://token.actions.githubusercontent.com", "https://github.com/acme/shop"],
  ["https://token.actions.githubusercontent.com/acme", "https://github.com/acme/shop"],
  ["https://token.actions.acme.ghe.com", "https://acme.ghe.com/acme/shop"],
  ["https://github.acme.example/_services/token", "https://github.acme.example/acme/shop"],
])("a job with a token of %s is of %s", (issuer, source) => {
  expect(jobOf({ repository: "acme/shop", run_id: "17", sha: "main", actor: "" }, issuer)).toEqual({
    repository: "acme/shop",
    workflow: null,
    commit: null,
    actor: null,
    source,
    runs: [`${source}/actions/runs/17`],
  });
});

test("a job of a GitLab in a folder of its host is of a project there", () => {
  const payload = {
    project_path: "acme/team/shop",
    pipeline_id: "5",
    job_id: 9,
    sha: "a".repeat(40),
    user_login: "bob",
  };
  expect(jobOf(payload, "https://git.example/gitlab/")).toMatchObject({
    source: "https://git.example/gitlab/acme/team/shop",
    runs: ["https://git.example/gitlab/acme/team/shop/-/pipelines/5"],
    commit: "a".repeat(40),
    actor: "bob",
  });
});

test("whatever a token holds, it is a job of a plain repository or none", () => {
  const names = fc.constantFrom("repository", "project_path", "sha", "actor", "run_id", "job_id");
  const value = fc.oneof(fc.anything(), fc.constantFrom("acme/shop", "../../etc", "a/b?x", "a/b#c", "a//b", "a/b/"));
  fc.assert(
    fc.property(fc.dictionary(names, value), (payload) => {
      const job = jobOf(payload, "https://git.example");
      expect(job === null || /^[\w.-]+(?:\/[\w.-]+)+$/.test(job.repository)).toBe(true);
      for (const url of job ? [job.source, ...job.runs] : []) expect(url).toMatch(/^https:\/\/git\.example\//);
    }),
  );
});
