import { readdir, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

export type Asset = { readonly type: string; readonly text: string };

const folder = fileURLToPath(new URL("../page/", import.meta.url));

/** Whatever is of another kind cannot be asked for. */
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ts": "text/javascript; charset=utf-8",
};

/** The page by path, read once: nothing that is asked for later leads to a file. The token is for this run alone. */
export async function readAssets(token: string): Promise<ReadonlyMap<string, Asset>> {
  const files = await readdir(folder, { recursive: true });
  const served = files.filter((it) => extname(it) in types);
  return new Map(await Promise.all(served.map(async (it) => [pathOf(it), await readAsset(it, token)] as const)));
}

function pathOf(file: string): string {
  return file === "index.html" ? "/" : `/${file.split(sep).join("/")}`;
}

async function readAsset(file: string, token: string): Promise<Asset> {
  const text = await readFile(join(folder, file), "utf8");
  const extension = extname(file);
  const type = types[extension] ?? "text/plain; charset=utf-8";
  if (extension === ".ts") return { type, text: stripTypeScriptTypes(text) };
  return { type, text: text.replace("{token}", token) };
}
