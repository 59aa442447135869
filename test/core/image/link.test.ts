import { describe, expect, test } from "vitest";
import { imageLink, pullable } from "../../../src/core/image/link.ts";
import { parseReference, type Reference } from "../../../src/core/image/reference.ts";

const hex = "3f9a1c7d2b4e".padEnd(64, "0");
const digest = `sha256:${hex}`;
const image = (text: string): Reference => {
  const reference = parseReference(text);
  if (reference.kind === "invalid") throw new Error(reference.why);
  return reference;
};

describe("a registry's own page", () => {
  test.each([
    ["quay.io/shop/checkout:1", "image", `https://quay.io/repository/shop/checkout/manifest/sha256:${hex}`],
    ["nginx:1.27", "repository", "https://hub.docker.com/_/nginx/tags?name=1.27"],
    ["grafana/grafana", "repository", "https://hub.docker.com/r/grafana/grafana/tags"],
    ["public.ecr.aws/nginx/nginx:1", "repository", "https://gallery.ecr.aws/nginx/nginx"],
    [
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/checkout:1",
      "repository",
      "https://eu-central-1.console.aws.amazon.com/ecr/repositories/private/123456789012/shop/checkout?region=eu-central-1",
    ],
    [
      "europe-west1-docker.pkg.dev/acme/shop/team/checkout",
      "repository",
      "https://console.cloud.google.com/artifacts/docker/acme/europe-west1/shop/team%2Fcheckout?project=acme",
    ],
  ])("of %s leads to its %s", (text, to, url) => {
    expect(imageLink(image(text), digest, {})).toEqual({ to, url });
  });

  test.each(["ghcr.io/shop/checkout", "harbor.example.com/a/b", "acme.azurecr.io/x", "127.0.0.1:5000/a"])(
    "of %s cannot be known from the name, and is not guessed",
    (text) => {
      expect(imageLink(image(text), digest, {})).toBeNull();
    },
  );
});

describe("beside its source, where that is known", () => {
  test.each([
    ["ghcr.io/acme/checkout", "https://github.com/Acme/shop", "https://github.com/Acme/shop/pkgs/container/checkout"],
    [
      "ghcr.io/acme/shop/checkout:1",
      "https://github.com/acme/shop.git",
      "https://github.com/acme/shop/pkgs/container/shop%2Fcheckout",
    ],
    [
      "registry.gitlab.com/acme/shop/checkout",
      "https://gitlab.com/acme/shop",
      "https://gitlab.com/acme/shop/container_registry",
    ],
    ["ghcr.io/acme/checkout", "https://github.com/other/shop", null],
    ["ghcr.io/acme/checkout", "https://gitlab.com/acme/shop", null],
    ["ghcr.io/acme/checkout", "https://github.com/acme/shop/tree/main", null],
    ["ghcr.io/acme/checkout", "http://github.com/acme/shop", null],
    ["registry.gitlab.com/acme/shopping", "https://gitlab.com/acme/shop", null],
    ["harbor.example.com/acme/shop", "https://github.com/acme/shop", null],
  ])("%s, built from %s, is at %s", (text, source, url) => {
    expect(imageLink(image(text), digest, {}, source)).toEqual(url && { to: "repository", url });
  });
});

describe("a configured pattern", () => {
  const templates = {
    "ghcr.io": "https://registry.example.com/{registry}/{repository}@{digest}?t={tag}",
    "harbor.example.com": "https://harbor.example.com/p/1/{repository}",
    "quay.io": "https://mirror.example.com/{hex}",
  };

  test("is filled in, and goes before what we know", () => {
    expect(imageLink(image("ghcr.io/shop/checkout:1"), digest, templates)).toEqual({
      to: "image",
      url: `https://registry.example.com/ghcr.io/shop/checkout@${digest}?t=1`,
    });
    expect(imageLink(image("quay.io/shop/checkout"), digest, templates)?.url).toBe(`https://mirror.example.com/${hex}`);
  });

  test("without a digest in it leads to the repository", () => {
    expect(imageLink(image("harbor.example.com/a/b:1"), digest, templates)?.to).toBe("repository");
  });

  test("can name the repository within its project", () => {
    const harbor = {
      "harbor.example.com": "https://harbor.example.com/projects/1/repositories/{name}/artifacts/{digest}",
    };
    expect(imageLink(image("harbor.example.com/shop/team/checkout:1"), digest, harbor)?.url).toBe(
      `https://harbor.example.com/projects/1/repositories/team%2Fcheckout/artifacts/${digest}`,
    );
    expect(imageLink(image("harbor.example.com/shop"), digest, harbor)).toBeNull();
  });

  test("that wants a tag gives no link where there is none", () => {
    expect(imageLink(image("ghcr.io/shop/checkout"), digest, templates)).toBeNull();
  });

  test("is not looked for in what every object has", () => {
    expect(imageLink(image("constructor:5000/x"), digest, templates)).toBeNull();
  });
});

test("what can be pulled is the repository and the digest, without the tag", () => {
  expect(pullable(image("nginx:1.27"), digest)).toBe(`docker.io/library/nginx@${digest}`);
});
