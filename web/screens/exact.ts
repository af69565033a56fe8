// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * All that would become public, as plain lines: every field of it, so that a source agrees to nothing unseen.
 *
 * Labels come from the page, in its language. Nothing is left out and nothing is drawn but the pictures that came with the
 * question. Its twin is src/ombuds/pages/plainly.py. See spec/browser.md; T05, T24.
 */

import type { Content } from "../core/content.ts";
import { copyOf, one, readable } from "./texts.ts";

type Words = Content["correction"];
/** One line: the name of its label, with its number or language, and what it says. */
type Line = readonly [label: string, beside: string, text: string];

/** Return the lines as elements, with each picture under its own line; `came` are their addresses by hash. */
export function exactly(content: Content, came: ReadonlyMap<string, string>): HTMLElement {
  const list = document.createElement("dl");
  list.className = "facts";
  const labels = copyOf("labels");
  for (const [label, beside, text] of linesOf(content)) {
    const name = document.createElement("dt");
    name.textContent = [one(labels, `[data-label="${label}"]`).textContent, beside && `(${beside})`].filter(Boolean).join(" ");
    const said = document.createElement("dd");
    said.dir = "auto";
    said.className = "as-is";
    said.textContent = readable(text);
    list.append(name, said);
    if (label === "picture") said.append(...drawn(text, came));
  }
  return list;
}

function drawn(line: string, came: ReadonlyMap<string, string>): HTMLElement[] {
  const address = came.get(line.slice(-64));
  if (address === undefined) return [one(copyOf("labels"), "[data-lacking]")];
  const picture = document.createElement("img");
  picture.src = address;
  picture.alt = "";
  return [picture];
}

/** Return one item of a question in words, in the page's language or the first. */
export function itemOf(content: Content, item: string): string {
  const [kind, number] = item.split("-");
  const place = Number(number) - 1;
  if (kind === "region") return content.region;
  if (kind === "rank") return content.rank;
  if (kind === "tags") return content.tags.join(", ");
  const picture = content.pictures[place];
  if (kind === "picture") return picture ? `${told(picture.shows)} (${picture.credit})` : "";
  return told(kind === "quote" ? (content.quotes[place] ?? []) : (content.claims[place]?.says ?? []));
}

function told(words: Words): string {
  return (words.find((each) => each.language === document.documentElement.lang) ?? words[0])?.text ?? "";
}

function linesOf(content: Content): Line[] {
  return [
    ["kind", "", content.kind],
    ...content.texts.flatMap((text): Line[] => [
      ["language", "", text.language],
      ["title", "", text.title],
      ["summary", "", text.summary],
      ["text", "", text.body],
    ]),
    ...filled(
      ["about", "", content.problem ?? ""],
      ["region", "", content.region],
      ["rank", "", content.rank],
      ["status", "", content.status],
      ["since", "", content.since ?? ""],
      ["tags", "", content.tags.join(", ")],
      ["belongs to", "", content.story],
    ),
    ...said("waiting for", "", content.awaited),
    ...content.sources.map((source): Line => ["source", "", `${source.title} ${source.url}`]),
    ...claims(content),
    ...beside(content),
    ...said("correction", "", content.correction),
  ];
}

function claims(content: Content): Line[] {
  return content.claims.flatMap((claim, place): Line[] => {
    const number = String(place + 1);
    const rest: Line[] = [["kind of claim", number, claim.kind], ["verified by", number, String(claim.verified)]];
    return [...said("claim", number, claim.says), ...said("how we know", number, claim.known), ...rest];
  });
}

function beside(content: Content): Line[] {
  const { outcome } = content;
  return [
    ...content.quotes.flatMap((quote, place) => said("quote", String(place + 1), quote)),
    ...content.replies.flatMap((reply, place): Line[] => {
      const number = String(place + 1);
      const answer: Line[] = reply.answer ? [["answer", `${number}, ${reply.answer.language}, ${reply.answer.day}`, reply.answer.text]] : [];
      return [...said("asked", number, reply.who), ["asked on, answer by", number, `${reply.asked}, ${reply.by}`], ...answer];
    }),
    ...(outcome ? said("outcome", outcome.told_by, outcome.says) : []),
    ...content.pictures.flatMap((picture, place): Line[] => {
      const number = String(place + 1);
      const shape = `${picture.type}, ${picture.width} x ${picture.height}, SHA-256 ${picture.sha256}`;
      return [["picture", number, shape], ["credit", number, picture.credit], ...said("what it shows", number, picture.shows)];
    }),
    ...content.press.flatMap((piece): Line[] => [
      ["press", piece.language, `${piece.outlet}, ${piece.day}: ${piece.title} ${piece.url}`],
      ...filled(["quotation", piece.language, piece.quotation]),
      ...said("translated by", piece.translator, piece.translations),
    ]),
  ];
}

function said(label: string, beside: string, words: Words): Line[] {
  return words.map((each) => [label, [beside, each.language].filter(Boolean).join(", "), each.text]);
}

function filled(...lines: readonly Line[]): Line[] {
  return lines.filter(([, , text]) => text);
}
