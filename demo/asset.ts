import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { extname } from "node:path";

export type Asset = { readonly type: string; readonly text: string };

/** Whatever is not in this list cannot be asked for. */
const files = [
  new URL("./page/index.html", import.meta.url),
  new URL("./page/style.css", import.meta.url),
  new URL("./page/icon.svg", import.meta.url),
  new URL("./page/main.ts", import.meta.url),
  new URL("./page/composer.ts", import.meta.url),
  new URL("./page/conversation.ts", import.meta.url),
  new URL("./page/message.ts", import.meta.url),
  new URL("./page/control.ts", import.meta.url),
  new URL("./page/inline.ts", import.meta.url),
  new URL("./page/emoji.ts", import.meta.url),
  new URL("./page/time.ts", import.meta.url),
  new URL("./page/dom.ts", import.meta.url),
];

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ts": "text/javascript; charset=utf-8",
};

/** The page by path, read once. The token is for this run alone. */
export async function readAssets(token: string): Promise<ReadonlyMap<string, Asset>> {
  const assets = await Promise.all(files.map(async (it) => [pathOf(it), await readAsset(it, token)] as const));
  return new Map(assets);
}

function pathOf(file: URL): string {
  const name = file.pathname.split("/").at(-1) ?? "";
  return name === "index.html" ? "/" : `/${name}`;
}

async function readAsset(file: URL, token: string): Promise<Asset> {
  const text = await readFile(file, "utf8");
  const extension = extname(file.pathname);
  const type = types[extension] ?? "text/plain; charset=utf-8";
  if (extension === ".ts") return { type, text: stripTypeScriptTypes(text) };
  return { type, text: text.replace("{token}", token) };
}
