// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * All that would become public: each text as readers will see it, beside it every other field as a line, and below the text as
 * it was typed, so that a source agrees to nothing unseen.
 *
 * Labels and the words for kinds, states and tellers come from the page, in its language. It draws elements for the marks of
 * marks.ts and the pictures that came with the question, nothing else. Its twin is src/ombuds/pages/plainly.py. See
 * spec/browser.md; T05, T24.
 */

import type { Content } from "../core/content.ts";
import { type Mark, marksOf } from "./marks.ts";
import { copyOf, dayOf, languageOf, one, readable } from "./texts.ts";

type Words = Content["correction"];
/** One line: the name of its label, with its number or language, and what it says. */
type Line = readonly [label: string, beside: string, text: string];

/** Return all of it as elements, with each picture under its own line; `came` are the addresses of pictures by hash. */
export function exactly(content: Content, came: ReadonlyMap<string, string>): Node[] {
  const every = one(copyOf("every"), "details");
  every.append(listOf(content.texts.map((text) => ["text", languageOf(text.language), text.body]), came));
  return [...content.texts.map(article), listOf(linesOf(content), came), every];
}

/** A text as readers will see it. */
function article({ language, title, summary, body }: Content["texts"][number]): HTMLElement {
  const made = element("article", [element("h2", [title]), element("p", [summary]), ...drawn(marksOf(readable(body)))]);
  made.lang = language;
  made.dir = "auto";
  made.className = "preview";
  return made;
}

function drawn(marks: readonly Mark[]): Node[] {
  return marks.map((mark) => {
    if (typeof mark === "string") return document.createTextNode(mark);
    const made = element(mark.tag, drawn(mark.inside));
    if (!(made instanceof HTMLAnchorElement) || !mark.href) return made;
    made.href = mark.href;
    made.rel = "noopener noreferrer nofollow";
    // The inbox stays open in this window.
    made.target = "_blank";
    return made;
  });
}

function element(tag: string, inside: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.dir = "auto";
  made.append(...inside.map((each) => (typeof each === "string" ? readable(each) : each)));
  return made;
}

function listOf(lines: readonly Line[], came: ReadonlyMap<string, string>): HTMLElement {
  const list = document.createElement("dl");
  list.className = "facts";
  const labels = copyOf("labels");
  for (const [label, beside, text] of lines) {
    const name = document.createElement("dt");
    name.textContent = [one(labels, `[data-label="${label}"]`).textContent, beside && `(${readable(beside)})`].filter(Boolean).join(" ");
    const said = element("dd", [worded(labels, label, text)]);
    said.className = "as-is";
    list.append(name, said);
    if (label === "picture") said.append(...pictured(text, came));
  }
  return list;
}

/** What a record says with one word of its own, in the words of the page. */
function worded(labels: ParentNode, label: string, text: string): string {
  for (const each of labels.querySelectorAll<HTMLElement>(`[data-word="${label}"]`)) if (each.dataset["code"] === text) return each.textContent ?? text;
  return text;
}

function pictured(line: string, came: ReadonlyMap<string, string>): HTMLElement[] {
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
    ...filled(
      ["about", "", content.problem ?? ""],
      ["region", "", content.region],
      ["rank", "", content.rank],
      ["status", "", content.status === "open" ? "" : content.status],
      ["since", "", content.since === null ? "" : dayOf(content.since)],
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
      const answer: Line[] = reply.answer ? [["answer", `${number}, ${languageOf(reply.answer.language)}, ${dayOf(reply.answer.day)}`, reply.answer.text]] : [];
      return [...said("asked", number, reply.who), ["asked on, answer by", number, `${dayOf(reply.asked)}, ${dayOf(reply.by)}`], ...answer];
    }),
    ...(outcome ? [...said("outcome", "", outcome.says), ["outcome", "", outcome.told_by] as const] : []),
    ...content.pictures.flatMap((picture, place): Line[] => {
      const number = String(place + 1);
      const shape = `${picture.type}, ${picture.width} x ${picture.height}, SHA-256 ${picture.sha256}`;
      return [["picture", number, shape], ["credit", number, picture.credit], ...said("what it shows", number, picture.shows)];
    }),
    ...content.press.flatMap((piece): Line[] => [
      ["press", languageOf(piece.language), `${piece.outlet}, ${dayOf(piece.day)}: ${piece.title} ${piece.url}`],
      ...filled(["quotation", languageOf(piece.language), piece.quotation]),
      ...said("translated by", piece.translator, piece.translations),
    ]),
  ];
}

function said(label: string, beside: string, words: Words): Line[] {
  return words.map((each) => [label, [beside, languageOf(each.language)].filter(Boolean).join(", "), each.text]);
}

function filled(...lines: readonly Line[]): Line[] {
  return lines.filter(([, , text]) => text);
}
