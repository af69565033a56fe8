// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The marks of a text that would become public: headings, paragraphs, lists, quotations, code, emphasis and links, as a tree.
 *
 * It makes no element and knows no page. What it does not know stays as it was typed, so that nothing is hidden; every
 * character is shown below as well. Its elder is src/ombuds/pages/markup.py. See spec/browser.md; T05, T24.
 */

/** A piece of text, or an element with what stands in it. */
export type Mark = string | { readonly tag: string; readonly href?: string; readonly inside: readonly Mark[] };

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTED = /^ {0,3}> ?/;
const ITEM = /^( {0,3}(?:([-*+])|(\d{1,9})([.)])))(?:( {1,4})(?=\S)| +| *$)/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const INLINE =
  /\\([!-/:-@[-`{-~])|(`+)|\[([^[\]\n]*)\]\(((?:https?:\/\/|mailto:)(?:[^\s<>()\\]|\([^\s<>()\\]*\))+)\)|<((?:https?:\/\/|mailto:)[^\s<>]*)>|(\*{1,3}|_{1,3})(?=\S)|( {2,}|\\)\n|\n/g;
const LETTER = /[\p{L}\p{N}_]/u;

/** Return the blocks of a text; its headings start at the second level, under the title, and skip none. */
export function marksOf(text: string): Mark[] {
  return new Blocks().read(text.split("\n"));
}

class Blocks {
  #level = 1;

  read(lines: readonly string[], tight = false): Mark[] {
    const made: Mark[] = [];
    for (let at = 0; at < lines.length; ) {
      const line = lines[at] ?? "";
      const heading = HEADING.exec(line);
      if (!line.trim()) at += 1;
      else if (FENCE.test(line)) at = this.#fence(lines, at, made);
      else if (heading) at = this.#heading(heading[1]?.length ?? 1, heading[2] ?? "", at, made);
      else if (RULE.test(line)) at = made.push({ tag: "hr", inside: [] }) && at + 1;
      else if (QUOTED.test(line)) at = this.#quote(lines, at, made);
      else if (ITEM.test(line)) at = this.#list(lines, at, made);
      else if (/^ {4}/.test(line)) at = this.#code(lines, at, made);
      else at = this.#paragraph(lines, at, made, tight);
    }
    return made;
  }

  #fence(lines: readonly string[], from: number, made: Mark[]): number {
    const mark = FENCE.exec(lines[from] ?? "")?.[1] ?? "";
    let at = from + 1;
    while (at < lines.length && !(FENCE.exec(lines[at] ?? "")?.[1] ?? "").startsWith(mark)) at += 1;
    made.push(code(lines.slice(from + 1, at)));
    return at + 1;
  }

  #code(lines: readonly string[], from: number, made: Mark[]): number {
    let at = from;
    while (at < lines.length && /^( {4}|\s*$)/.test(lines[at] ?? "")) at += 1;
    let end = at;
    while (!lines[end - 1]?.trim()) end -= 1;
    made.push(code(lines.slice(from, end).map((line) => line.slice(4))));
    return at;
  }

  #heading(depth: number, text: string, at: number, made: Mark[]): number {
    // As on the page: never skip a level.
    this.#level = Math.min(depth < 3 ? 2 : depth === 3 ? 3 : 4, this.#level + 1);
    made.push({ tag: `h${this.#level}`, inside: inline(text.trim()) });
    return at + 1;
  }

  #quote(lines: readonly string[], from: number, made: Mark[]): number {
    const inside: string[] = [];
    let at = from;
    for (; at < lines.length && (QUOTED.test(lines[at] ?? "") || continues(lines[at] ?? "", inside)); at += 1) inside.push((lines[at] ?? "").replace(QUOTED, ""));
    made.push({ tag: "blockquote", inside: this.read(inside) });
    return at;
  }

  #list(lines: readonly string[], from: number, made: Mark[]): number {
    const kind = kindOf(lines[from] ?? "");
    const items: string[][] = [];
    let [at, width] = [from, 0];
    for (; at < lines.length; at += 1) {
      const line = lines[at] ?? "";
      const item = items.at(-1);
      if (item && (/^ */.exec(line)?.[0].length ?? 0) >= width && line.trim()) item.push(line.slice(width));
      else if (item && !line.trim()) item.push("");
      else if (kindOf(line) === kind && !RULE.test(line)) width = begin(items, line);
      else if (item && !kindOf(line) && continues(line, item)) item.push(line.trimStart());
      else break;
    }
    // Blank lines at the end belong to nobody; between items or blocks they make the list a loose one.
    while (items.at(-1)?.at(-1) === "" && (items.at(-1)?.length ?? 0) > 1) items.at(-1)?.pop();
    const tight = !items.some((item) => item.some((line, place) => place > 0 && line === ""));
    made.push({ tag: kind.length > 1 ? "ol" : "ul", inside: items.map((item) => ({ tag: "li", inside: this.read(item, tight) })) });
    return at;
  }

  #paragraph(lines: readonly string[], from: number, made: Mark[], tight: boolean): number {
    let at = from + 1;
    while (at < lines.length && !UNDERLINE.test(lines[at] ?? "") && !interrupts(lines[at] ?? "")) at += 1;
    const text = lines.slice(from, at).map((line) => line.trimStart()).join("\n").trimEnd();
    const under = UNDERLINE.test(lines[at] ?? "");
    if (under) return this.#heading(1, text, at, made);
    made.push(...(tight ? inline(text) : [{ tag: "p", inside: inline(text) }]));
    return at;
  }
}

function code(lines: readonly string[]): Mark {
  return { tag: "pre", inside: [{ tag: "code", inside: [lines.map((line) => `${line}\n`).join("")] }] };
}

/** The mark of a list's items: one letter for points, two for numbers. */
function kindOf(line: string): string {
  const item = ITEM.exec(line);
  return item ? (item[2] ?? `1${item[4]}`) : "";
}

function begin(items: string[][], line: string): number {
  const item = ITEM.exec(line);
  const width = (item?.[1]?.length ?? 1) + (item?.[5]?.length ?? 1);
  items.push([line.slice(width)]);
  return width;
}

/** Whether a line ends the paragraph before it. */
function interrupts(line: string): boolean {
  const item = ITEM.exec(line);
  const begins = item && line.length > item[0].length && (item[3] === undefined || item[3] === "1");
  return !line.trim() || FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTED.test(line) || Boolean(begins);
}

/** Whether a line without the mark of its block still belongs to the paragraph that stands last in it. */
function continues(line: string, before: readonly string[]): boolean {
  const last = before.at(-1) ?? "";
  return !interrupts(line) && Boolean(last.trim()) && !HEADING.test(last) && !RULE.test(last) && !FENCE.test(last) && !/^ {4}/.test(last);
}

function inline(text: string): Mark[] {
  const made: Mark[] = [];
  let from = 0;
  const put = (at: number, mark: Mark, next: number): void => {
    made.push(text.slice(from, at), mark);
    from = next;
  };
  for (const found of text.matchAll(INLINE)) {
    const [whole, escaped, ticks, words, href, address, mark, broken] = found;
    const at = found.index;
    const after = at + whole.length;
    if (at < from) continue;
    if (escaped) put(at, escaped, after);
    else if (href) put(at, { tag: "a", href, inside: inline(words ?? "") }, after);
    else if (address) put(at, { tag: "a", href: address, inside: [address] }, after);
    else if (broken) put(at, { tag: "br", inside: [] }, after);
    else if (ticks || mark) {
      const end = ticks ? closing(text, after, ticks) : ending(text, at, mark ?? "");
      const inside = text.slice(after, end);
      if (end > after) put(at, ticks ? { tag: "code", inside: [spared(inside)] } : stressed(whole.length, inline(inside)), end + whole.length);
      // Without an end these are letters like others, all of them at once.
      else if (ticks) put(at, ticks, after);
    }
  }
  return [...made, text.slice(from)].filter((each) => each !== "");
}

function stressed(marks: number, inside: readonly Mark[]): Mark {
  const strong = marks > 1 ? { tag: "strong", inside } : undefined;
  return strong && marks === 2 ? strong : { tag: "em", inside: strong ? [strong] : inside };
}

/** Where a run of exactly these ticks stands again. */
function closing(text: string, from: number, ticks: string): number {
  for (const found of text.slice(from).matchAll(/`+/g)) if (found[0] === ticks) return from + found.index;
  return -1;
}

/** Where an emphasis that begins here ends; underlines inside of a word are none. */
function ending(text: string, at: number, mark: string): number {
  const inWord = mark.startsWith("_");
  if (inWord && LETTER.test(text[at - 1] ?? "")) return -1;
  for (let end = text.indexOf(mark, at + mark.length); end > 0; end = text.indexOf(mark, end + 1)) {
    const [before, next] = [text[end - 1] ?? "", text[end + mark.length] ?? ""];
    const alone = mark.length > 1 || (next !== mark && before !== mark);
    if (/\S/.test(before) && before !== "\\" && alone && !(inWord && LETTER.test(next))) return end;
  }
  return -1;
}

function spared(text: string): string {
  const flat = text.replace(/\n/g, " ");
  return /^ .*[^ ].* $/.test(flat) ? flat.slice(1, -1) : flat;
}
