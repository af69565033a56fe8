// SPDX-License-Identifier: AGPL-3.0-or-later
/** What of the screens needs no page, for the tests: a text's marks, written out as the page's renderer writes them. */

import { type Mark, marksOf } from "../screens/marks.ts";

const EMPTY = new Set(["br", "hr"]);

export const screens = {
  marks: ({ text }: { text: string }): string => marksOf(text).map(written).join(""),
};

function written(mark: Mark): string {
  if (typeof mark === "string") return mark.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  if (EMPTY.has(mark.tag)) return `<${mark.tag}>`;
  return `<${mark.tag}${mark.href ? ` href="${mark.href}"` : ""}>${mark.inside.map(written).join("")}</${mark.tag}>`;
}
