import type { PastAnswer } from "../../../src/core/past/answer.ts";
import type { PastQuestion } from "../../../src/core/past/question.ts";
import type { PastShowing } from "../../../src/views/past/showing.ts";
import * as given from "../../core/given.ts";

export const live = { cluster: "prod-eu", freshness: { state: "live", at: given.now - 3_000 } } as const;

/** As the reader sees it who asked for this answer. */
export function showing(question: PastQuestion, differs: Partial<PastShowing> = {}): PastShowing {
  return { question, now: given.now, shareable: true, sight: [live], ...differs };
}

/** The question that a page was the answer to. */
export function asked(answer: PastAnswer): PastQuestion {
  switch (answer.kind) {
    case "at": {
      const { kind, service, environment, at, zone } = answer;
      return { kind, service, environment, at, zone };
    }
    case "history": {
      const { kind, service, environment, before } = answer;
      return { kind, service, environment, before };
    }
    case "where":
      return { kind: "where", what: answer.what };
    case "diff": {
      const { kind, from, to, page } = answer;
      return { kind, from, to, page };
    }
    case "changes": {
      const { kind, environment, minutes } = answer;
      return { kind, environment, minutes, after: null };
    }
    case "rollbacks": {
      const { kind, environment } = answer;
      return { kind, environment, after: null };
    }
  }
}
