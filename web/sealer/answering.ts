// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The worker's side: takes orders from the page, seals and sends, and tells how it goes.
 *
 * It shows nothing and decides nothing but why something could not be done. Whatever it did not expect means that this
 * browser or server cannot do it, and the page goes back to its plain form. See spec/browser.md.
 */

import { OmbudsError } from "../core/errors.ts";
import { askDesk, Unsafe } from "./desk.ts";
import { Line, Refused } from "./line.ts";
import type { Limits, Order, Report, Told, Why } from "./orders.ts";
import { FileGone, send } from "./sending.ts";

/** Refusals that the page has a sentence for, by their own name or by another one. */
const SAID: Readonly<Record<string, Why>> = {
  ReportEmpty: "ReportEmpty",
  TooLarge: "TooLarge",
  TooManyExcluded: "TooManyExcluded",
  StoreFull: "StoreFull",
  IntakeClosed: "IntakeClosed",
  FreshnessStale: "IntakeClosed",
};

/** Take orders until the page ends. */
export function answerOrders(): void {
  let uploaded = 0;
  let total = 0;
  const going = (bytes: number): void => tell({ told: "going", done: Math.min(uploaded + bytes, total), total });
  const line = new Line({ left: going, waiting: () => tell({ told: "waiting" }) });
  const sent = async (report: Report, limits: Limits): Promise<Told> => {
    const words = await send(line, report, limits, (done, whole) => {
      [uploaded, total] = [done, whole];
      going(0);
    });
    return { told: "kept", words };
  };
  addEventListener("message", (event: MessageEvent<Order>) => {
    const order = event.data;
    if (order.order === "pause") line.pause();
    else if (order.order === "resume") line.resume();
    else if (order.order === "check") void telling(askDesk(line).then(() => ({ told: "checked" })));
    else void telling(sent(order.report, order.limits));
  });
  tell({ told: "begun" });
}

async function telling(work: Promise<Told>): Promise<void> {
  try {
    tell(await work);
  } catch (wrong) {
    tell({ told: "failed", why: why(wrong) });
  }
}

function why(wrong: unknown): Why {
  if (wrong instanceof Unsafe) return "unsafe";
  if (wrong instanceof FileGone) return "FileGone";
  const kind = wrong instanceof OmbudsError || wrong instanceof Refused ? wrong.kind : "";
  return SAID[kind] ?? "plain";
}

function tell(told: Told): void {
  postMessage(told);
}
