// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Whom to seal to today: the charters from the founding on, the members' confirmation and this week's keys, all checked here.
 *
 * Nothing is remembered: what a browser keeps would tell that somebody was here. So a page cannot notice another desk at a
 * known address; the command line does, and a person can compare the fingerprint with paper. See spec/charter.md,
 * spec/browser.md; T07, T18, T19.
 */

import { checkFreshness, type Epochs, follow, type InForce } from "../core/charter.ts";
import { decode, type Of } from "../core/encoding.ts";
import { FreshnessStale, OmbudsError } from "../core/errors.ts";
import type { Day } from "../core/keys.ts";
import { SEALING_NOW } from "../core/wire.ts";
import type { Line } from "./line.ts";

/** The desk did not pass a check. Nothing may be sent to it. */
export class Unsafe extends Error {
  constructor(found: OmbudsError) {
    super(found.kind);
  }
}

/** What a sealer learns of a desk. */
export interface Desk {
  readonly charter: InForce;
  readonly epochs: Epochs;
}

/** Ask the server for its charters and keys and check them. Raises Unsafe, Refused, Malformed for what is no such answer. */
export async function askDesk(line: Line): Promise<Desk> {
  const now = await askNow(line);
  return checking(() => {
    const charter = follow(now.charters);
    if (now.freshness === null) throw new FreshnessStale();
    return { charter, epochs: checkFreshness(now.freshness, now.epochs, charter, today()) };
  });
}

/** Ask for the charter in force alone: an inbox can be read when the members' confirmation is too old to seal by. Raises as askDesk. */
export async function askCharter(line: Line): Promise<InForce> {
  const { charters } = await askNow(line);
  return checking(() => follow(charters));
}

async function askNow(line: Line): Promise<Of<typeof SEALING_NOW>> {
  return decode(await line.ask("GET", "/api/sealing"), SEALING_NOW);
}

function checking<T>(check: () => T): T {
  try {
    return check();
  } catch (found) {
    throw found instanceof OmbudsError ? new Unsafe(found) : found;
  }
}

/** Return the day in UTC, by the clock of this device. */
export function today(): Day {
  return new Date().toISOString().slice(0, 10);
}
