import { spawnSync } from "node:child_process";

/** Makes sure that a program of the system's packages is there, or says how to get it. Says what it does. */
export function ensureInstalled(program: string): void {
  if (isThere(program)) return;
  process.stderr.write(`These tests need ${program}, which is not here: apt-get install -y ${program}\n`);
  const wait = ["-o", "DPkg::Lock::Timeout=120"];
  spawnSync("apt-get", [...wait, "update"], { stdio: "ignore", timeout: 180_000 });
  spawnSync("apt-get", [...wait, "install", "-y", "--no-install-recommends", program], {
    stdio: "inherit",
    timeout: 300_000,
  });
  if (isThere(program)) return;
  throw new Error(
    `these tests need ${program} on the path, and it could not be installed: install it and run them again`,
  );
}

function isThere(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}
