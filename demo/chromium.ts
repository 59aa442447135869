import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];
const installWithinMs = 300_000;

/** The system's browser, or the one that CHROMIUM names; installed where it is missing and that is possible. */
export function findChromium(wanted = process.env["CHROMIUM"]): string {
  if (wanted !== undefined && wanted !== "") {
    if (existsSync(wanted)) return wanted;
    throw new Error(`CHROMIUM names ${wanted}, and there is no such file`);
  }
  const found = usual.find((it) => existsSync(it));
  if (found !== undefined) return found;
  process.stderr.write("A browser is needed, and there is no /usr/bin/chromium: apt-get install -y chromium\n");
  const wait = ["-o", "DPkg::Lock::Timeout=120"];
  const limit = { stdio: "ignore", timeout: installWithinMs } as const;
  spawnSync("apt-get", [...wait, "update"], limit);
  spawnSync("apt-get", [...wait, "install", "-y", "--no-install-recommends", "chromium"], limit);
  const installed = usual.find((it) => existsSync(it));
  if (installed !== undefined) return installed;
  throw new Error(
    "a browser is needed, and it could not be installed: install chromium, or let CHROMIUM name one, and run this again",
  );
}

/** Nothing that asks the world outside. */
export const browserArguments = [
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
