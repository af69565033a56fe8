// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The worker's side: takes orders from the page, seals and sends, and tells how it goes.
 *
 * It shows nothing and decides nothing but why something could not be done. Whatever it did not expect means that this
 * browser or server cannot do it, and the page goes back to its plain form. See spec/browser.md.
 */

import { OmbudsError, WordsWrong } from "../core/errors.ts";
import { askDesk, Unsafe } from "./desk.ts";
import { Inbox, NoCard } from "./inbox.ts";
import { Line, Refused } from "./line.ts";
import type { Limits, Order, Report, Told, Why } from "./orders.ts";
import { FileGone, type Going, send } from "./sending.ts";

/** Refusals that the page has a sentence for, by their own name or by another one. */
const SAID: Readonly<Record<string, Why>> = {
  ReportEmpty: "ReportEmpty",
  TooLarge: "TooLarge",
  TooManyExcluded: "TooManyExcluded",
  StoreFull: "StoreFull",
  IntakeClosed: "IntakeClosed",
  FreshnessStale: "IntakeClosed",
  WordsCount: "WordsCount",
  WordUnknown: "WordUnknown",
  WordsMixed: "WordsMixed",
  WordsChecksum: "WordsChecksum",
};
type InInbox = Extract<Order, { order: "write" | "save" | "delete" | "close" | "answer" | "pictures" }>;

/** Take orders until the page ends. */
export function answerOrders(): void {
  let uploaded = 0;
  let total = 0;
  const going = (bytes: number): void => tell({ told: "going", done: Math.min(uploaded + bytes, total), total });
  const line = new Line({ left: going, waiting: () => tell({ told: "waiting" }) });
  const uploading = (done: number, whole: number): void => {
    [uploaded, total] = [done, whole];
    going(0);
  };
  const sent = async (report: Report, limits: Limits): Promise<Told> => ({ told: "kept", words: await send(line, report, limits, uploading) });
  let inbox: Inbox | undefined;
  const opened = async (words: string): Promise<Told> => {
    inbox = await Inbox.open(line, words);
    return { told: "opened", messages: inbox.messages };
  };
  addEventListener("message", (event: MessageEvent<Order>) => {
    const order = event.data;
    if (order.order === "pause") line.pause();
    else if (order.order === "resume") line.resume();
    else if (order.order === "check") void telling(askDesk(line).then(() => ({ told: "checked" })));
    else if (order.order === "send") void telling(sent(order.report, order.limits));
    else if (order.order === "open") void telling(opened(order.words));
    else if (inbox) void telling(inInbox(inbox, order, uploading));
  });
  tell({ told: "begun" });
}

async function inInbox(inbox: Inbox, order: InInbox, going: Going): Promise<Told> {
  switch (order.order) {
    case "write":
      await inbox.write(order.written, order.limits, going);
      return { told: "done", done: "sent" };
    case "delete":
      await inbox.delete(order.ids);
      return { told: "done", done: "deleted" };
    case "close":
      await inbox.close(order.inWords);
      return { told: "done", done: "closed" };
    case "answer":
      await inbox.answer(order.question, order.choice, order.without);
      return { told: "done", done: "answered" };
    case "pictures":
      return { told: "pictures", reply: order.reply, came: await inbox.pictures(order.reply) };
    case "save": {
      const [note, content] = await inbox.file(order.reply, order.file);
      return { told: "saved", name: note.name, content };
    }
  }
}

async function telling(work: Promise<Told>): Promise<void> {
  try {
    tell(await work);
  } catch (wrong) {
    tell({ told: "failed", why: why(wrong), detail: wrong instanceof WordsWrong ? wrong.detail : "" });
  }
}

function why(wrong: unknown): Why {
  if (wrong instanceof Unsafe) return "unsafe";
  if (wrong instanceof FileGone) return "FileGone";
  if (wrong instanceof NoCard) return "NoCard";
  const kind = wrong instanceof OmbudsError || wrong instanceof Refused ? wrong.kind : "";
  return SAID[kind] ?? "plain";
}

function tell(told: Told): void {
  postMessage(told);
}
