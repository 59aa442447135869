import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verify } from "../../../src/slack/request/signature.ts";

/** The worked example of https://docs.slack.dev/authentication/verifying-requests-from-slack */
const example = {
  signingSecret: "8f742231b10e8888abcd99yyyzzz85a5",
  body: Buffer.from(
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
  ),
  headers: {
    "x-slack-request-timestamp": "1531420618",
    "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  },
  now: 1_531_420_618_000,
};

describe("verify", () => {
  test("accepts the example of Slack's documentation", () => {
    expect(verify(example)).toEqual({ kind: "genuine", signature: example.headers["x-slack-signature"] });
  });

  test.each([
    [5 * 60_000, "genuine"],
    [5 * 60_000 + 1, "too old"],
    [-5 * 60_000, "genuine"],
    [-5 * 60_000 - 1, "from the future"],
  ])("%i ms after the request's time is %s", (later, said) => {
    const verdict = verify({ ...example, now: example.now + later });
    expect(verdict.kind === "refused" ? verdict.because : verdict.kind).toBe(said);
  });

  test("refuses any other body, and any other spelling of the headers", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(verify({ ...example, body: Buffer.from(bytes) }).kind).toBe("refused");
      }),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (seconds, signature) => {
        const headers = { "x-slack-request-timestamp": seconds, "x-slack-signature": signature };
        expect(verify({ ...example, headers }).kind).toBe("refused");
      }),
    );
  });
});
