// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Where the script begins: in a page it brings the form to life, in a worker it takes orders. One file, under one hash.
 *
 * Whatever is missing in a browser is met before anything on the page has changed: the plain form stays. See spec/browser.md.
 */

import { answerOrders } from "../sealer/answering.ts";
import { InboxScreens } from "./inbox.ts";
import { NoteScreens } from "./note.ts";
import { ReportScreens } from "./report.ts";

if (typeof document === "undefined") {
  answerOrders();
} else {
  const [report, inbox, voice, inquiry] = ["report", "inbox", "voice", "inquiry"].map((name) => document.getElementById(name));
  const note = voice ?? inquiry;
  try {
    if (report instanceof HTMLFormElement) new ReportScreens(report, import.meta.url);
    if (inbox instanceof HTMLFormElement) new InboxScreens(inbox, import.meta.url);
    if (note instanceof HTMLFormElement) new NoteScreens(note, import.meta.url);
  } catch {
    // This browser lacks something: the form stays the plain one, which says what the server sees.
  }
}
