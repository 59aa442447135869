import type { Open } from "./place.ts";
import { configuringContract } from "./configuring.ts";
import { expiringContract } from "./expiring.ts";
import { patchingContract } from "./patching.ts";
import { readingContract } from "./reading.ts";
import { rollingContract } from "./rolling.ts";
import { runningContract } from "./running.ts";
import { statefulContract } from "./stateful.ts";
import { surveyingContract } from "./surveying.ts";
import { watchingContract } from "./watching.ts";
import { writingContract } from "./writing.ts";

/** What an API server does, as far as we rely on it. Whatever passes may stand in for a cluster. */
export function kubernetesContract(open: Open): void {
  readingContract(open);
  watchingContract(open);
  expiringContract(open);
  writingContract(open);
  configuringContract(open);
  patchingContract(open);
  rollingContract(open);
  runningContract(open);
  statefulContract(open);
  surveyingContract(open);
}
