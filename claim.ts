import { systemClock as clock } from "./src/clock.ts";
import { runClaimCommand } from "./src/http/claims/command.ts";

/** Tells the bot what a pipeline did with an image: `npm run claim -- built --image …`. */

const { WHATSRUNNING_URL: url = "", CLAIMS_TOKEN: token = "" } = process.env;
const args = process.argv.slice(2);
const ended = await runClaimCommand({ args, url: url.trim() || null, token: token.trim() || null, clock });
process.stderr.write(`whatsrunning: ${ended.words}\n`);
process.exitCode = ended.code;
