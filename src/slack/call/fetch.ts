import type { webApi } from "@slack/bolt";

/**
 * Bolt gives API calls a deadline, but not what it posts to a response_url. The answer is read to its end here, because
 * Bolt does not read it and its connection would stay taken.
 */
export function fetchWithin(ms: number): webApi.FetchFunction {
  return async (url, init = {}) => {
    const deadline = new AbortController();
    // AbortSignal.timeout would keep the request, and all that it carries, until the time is over
    const timer = setTimeout(() => deadline.abort(new DOMException("there was no answer in time", "TimeoutError")), ms);
    try {
      const signal = init.signal ? AbortSignal.any([init.signal, deadline.signal]) : deadline.signal;
      const response = await fetch(url, { redirect: "error", ...init, signal });
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
    } finally {
      clearTimeout(timer);
    }
  };
}
