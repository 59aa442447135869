import { answerDelete } from "./delete.ts";
import { answerDiscovery } from "./discovery.ts";
import type { Faults } from "./faults.ts";
import { formOf, inForm } from "./form.ts";
import { answerList, isWatch } from "./list.ts";
import { managerOf } from "./managed-fields.ts";
import { answerReview, reviewPath } from "./access-review.ts";
import { parseTarget, resources, type Target, versions } from "./resource.ts";
import {
  forbidden,
  invalidOptions,
  noSuchPath,
  noSuchRoot,
  Refusal,
  unauthorized,
  wrongMethod,
  type Answer,
} from "./status.ts";
import type { Store } from "./store.ts";
import { openWatch, type Watch } from "./watch.ts";
import { createWrites, existing, type WriteRequest } from "./write.ts";

type ApiRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

export type Api = (request: ApiRequest) => Answer | Watch;

export type ApiOptions = {
  readonly store: Store;
  readonly gate: Faults["gate"];
  readonly now: () => number;
  /** Token to the user it stands for. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly bookmarkEveryMs: number;
  /** Whether the kind Application is there. */
  readonly argo: boolean;
};

/** From a request to its answer: who asks, for what, may they, and then the verb. */
export function createApi({ store, gate, now, tokens, bookmarkEveryMs, argo }: ApiOptions): Api {
  const writes = createWrites({ store, now });

  function answer(request: ApiRequest): Answer | Watch {
    const user = authenticate(tokens, request.headers["authorization"]);
    if (user === null) return unauthorized;
    const path = request.url.pathname.replace(/(.)\/$/, "$1");
    const page = answerDiscovery(path);
    if (page !== null) return request.method === "GET" ? page : wrongMethod;
    if (path === reviewPath) return reviewed(user, request);
    const target = parseTarget(path);
    if (target?.plural === "applications" && !argo) return noSuchRoot;
    if (target === null) return isInKnownVersion(path) ? noSuchPath : noSuchRoot;

    const verb = verbOf(request, target);
    if (verb === null) return wrongMethod;
    if (user === anonymous || gate.denies(verb, target)) return forbidden({ user, verb, target });
    return act(verb, target, request);
  }

  function reviewed(user: string, { method, body }: ApiRequest): Answer {
    return answerReview({ method, body, denies: (verb, target) => user === anonymous || gate.denies(verb, target) });
  }

  function act(verb: Verb, target: Target, request: ApiRequest): Answer | Watch {
    const query = request.url.searchParams;
    const form = formOf(request.headers["accept"], verb);
    switch (verb) {
      case "get":
        return { status: 200, body: inForm(existing(store, target), form) };
      case "list":
        return answerList({ store, target, query, form });
      case "watch":
        return openWatch({ store, target, query, form, watchList: gate.knowsWatchList(), bookmarkEveryMs });
      case "create":
        return writes.create(writeRequest(target, request));
      case "update":
        return writes.update(writeRequest(target, request));
      case "patch":
        return writes.patch(writeRequest(target, request));
      case "delete":
        return answerDelete({ store, now }, { ...writeRequest(target, request), query });
    }
  }

  return (request) => {
    try {
      return answer(request);
    } catch (err) {
      if (err instanceof Refusal) return err.answer;
      throw err;
    }
  };
}

const anonymous = "system:anonymous";

function authenticate(tokens: ReadonlyMap<string, string>, header: string | undefined): string | null {
  if (header === undefined) return anonymous;
  const [, token = ""] = /^Bearer (.+)$/.exec(header) ?? [];
  return tokens.get(token) ?? null;
}

function isInKnownVersion(path: string): boolean {
  return [...versions].some((it) => path.startsWith(it.includes("/") ? `/apis/${it}/` : `/api/${it}/`));
}

type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";

/** Null: this path does not take this method. */
function verbOf({ method, url }: ApiRequest, { name, namespace, plural }: Target): Verb | null {
  if (method === "GET" && isWatch(url.searchParams)) return "watch";
  if (name === null) {
    if (method === "POST" && (namespace !== null || !resources[plural].namespaced)) return "create";
    return method === "GET" ? "list" : null;
  }
  const verbs: Readonly<Record<string, Verb>> = { GET: "get", PUT: "update", PATCH: "patch", DELETE: "delete" };
  return verbs[method] ?? null;
}

function writeRequest(target: Target, { url, headers, body }: ApiRequest): WriteRequest {
  const query = url.searchParams;
  const asked = query.getAll("dryRun");
  if (asked.some((it) => it !== "All")) {
    const message = `Unsupported value: ${JSON.stringify(asked)}: supported values: "All"`;
    invalidOptions("PatchOptions", { reason: "FieldValueNotSupported", message, field: "dryRun" });
  }
  return {
    target,
    body,
    contentType: headers["content-type"] ?? "",
    manager: managerOf(query, headers["user-agent"]),
    dryRun: asked.length > 0,
  };
}
