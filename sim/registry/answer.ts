export type Call = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: string | null;
  readonly accept: string | null;
};

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
};

export function error(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = JSON.stringify({ errors: [{ code, message: "as the stand-in says", detail: null }] });
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}
