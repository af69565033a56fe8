// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Runs the rules of web/core for the tests: a line is a JSON list of jobs, and the line that answers it a list of
 * what each gave, or its failure by name.
 *
 * It judges nothing; tests/web compares its answers with the vectors and with Python. Nothing of it is shipped.
 */

import { createInterface } from "node:readline";
import { OmbudsError } from "../core/errors.ts";
import { inboxes } from "./inboxes.ts";
import { pictures } from "./pictures.ts";
import { reports } from "./reports.ts";
import { screens } from "./screens.ts";
import { vectors } from "./vectors.ts";

export type Job = Readonly<Record<string, unknown>> & { readonly do: string };
export type Verb = (job: never) => unknown;

const FILES = [vectors, reports, inboxes, pictures, screens] as const;
const VERBS: Readonly<Record<string, Verb>> = Object.assign({}, ...FILES);
if (FILES.flatMap(Object.keys).length > Object.keys(VERBS).length) throw new Error("two verbs of one name");

async function answer(job: Job): Promise<unknown> {
  const verb = VERBS[job.do];
  if (!verb) throw new Error(`no verb ${job.do}`);
  try {
    return { gives: (await verb(job as never)) ?? null };
  } catch (failed) {
    if (failed instanceof OmbudsError) return { fails: failed.kind, detail: failed.detail };
    throw failed;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answers: unknown[] = [];
  for (const job of JSON.parse(line) as readonly Job[]) answers.push(await answer(job));
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
