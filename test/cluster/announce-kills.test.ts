import { announceKilledStory } from "../stories/announce-killed.ts";
import { real } from "./real.ts";

// The short form runs against the stand-in.
announceKilledStory(real, { onlyLong: true });
