import { systemClock as clock } from "./src/clock.ts";
import { valuesOf } from "./src/config/variable.ts";
import { runStoreCommand, usage } from "./src/store/command.ts";

/** Moves what the bot remembers from one store to another: `npm run store`. */

const { REDIS_URL: redisUrl = null, STATE_FILE: stateFile = "whatsrunning.sqlite" } = valuesOf(process.env);
try {
  const told = await runStoreCommand({ args: process.argv.slice(2), redisUrl, stateFile, clock });
  process.stderr.write(`${told ?? usage}\n`);
  if (told === null) process.exitCode = 2;
} catch (err) {
  process.stderr.write(`whatsrunning: ${err instanceof Error ? err.message : String(err)}\n`);
  process.exitCode = 1;
}
