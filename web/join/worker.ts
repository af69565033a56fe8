// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The worker that turns a photograph into fresh points: takes orders, says what it is doing, and keeps the points between two orders.
 *
 * It asks nobody for anything and stores nothing. Whatever breaks is told, and the page offers the server's way. See spec/browser.md.
 */

import { decode } from "../picture/decode.ts";
import { finish, preview } from "../picture/finish.ts";
import { NoPicture, type Points } from "../picture/kind.ts";
import { told } from "../picture/told.ts";
import { inflate } from "./inflate.ts";
import type { Order, Told } from "./orders.ts";

function tell(message: Told): void {
  (self as unknown as { postMessage(message: Told): void }).postMessage(message);
}

async function open(file: Uint8Array): Promise<Points> {
  tell({ told: "findings", findings: told(file) });
  tell({ told: "going", step: "decoding" });
  const points = await decode(file, inflate);
  tell({ told: "going", step: "preview" });
  tell({ told: "preview", picture: preview(points), full: { width: points.width, height: points.height } });
  return points;
}

/** Answer each order after the one before. */
function answerOrders(): void {
  let points: Points | null = null;
  const answer = async (order: Order): Promise<void> => {
    if (order.order === "open") {
      points = null;
      points = await open(order.file);
    } else {
      if (!points) throw new NoPicture("broken");
      tell({ told: "going", step: "finishing" });
      tell({ told: "finished", made: finish(points, order.boxes, order.seed) });
    }
  };
  let last = Promise.resolve();
  self.addEventListener("message", (event: MessageEvent<Order>) => {
    last = last.then(() => answer(event.data)).catch((failed: unknown) => tell({ told: "failed", why: failed instanceof NoPicture ? failed.reason : "plain" }));
  });
  tell({ told: "begun" });
}

answerOrders();
