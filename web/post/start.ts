// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Where the script of a campaign's form begins: in a page it brings the form to life, in a worker it seals. One file, under one hash.
 *
 * Whatever is missing in a browser is met before anything on the page has changed: the plain form stays. See spec/browser.md.
 */

import { JoinScreens } from "./joining.ts";
import { answerOrders } from "./sealing.ts";

if (typeof document === "undefined") {
  answerOrders();
} else {
  const form = document.getElementById("join");
  try {
    if (form instanceof HTMLFormElement) new JoinScreens(form, import.meta.url);
  } catch {
    // This browser lacks something: the form stays the plain one, which says what the server sees.
  }
}
