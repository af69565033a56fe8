// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * An opened inbox on the page: each message as text, its files to be saved, and where the source writes.
 *
 * Whatever the desk wrote is shown as text; characters that deceive the eye are taken out. A file is handed over by an explicit
 * act and never shown (T12, T24). It opens nothing. See spec/browser.md.
 */

import type { Heard } from "../core/consent.ts";
import type { Content } from "../core/content.ts";
import type { Asked, Done, ShownMessage } from "../sealer/orders.ts";
import { heardState } from "./consent.ts";
import { copyOf, dayOf, fill, one, readable, show, sizeOf } from "./texts.ts";

/** The messages of one inbox. */
export class Messages {
  readonly screen = copyOf("inbox");
  readonly #list = one(this.screen, "[data-part=messages]");
  readonly #said = one(this.screen, "[data-part=said]");
  readonly #empty = one(this.screen, "[data-part=empty]");
  readonly #all = one(this.screen, "[data-part=all]");
  readonly #rest: readonly HTMLElement[];
  readonly #aside = document.createElement("div");
  readonly #messages: readonly ShownMessage[];
  #leaving: readonly string[] | null = null;

  constructor(messages: readonly ShownMessage[]) {
    this.#messages = messages;
    this.#list.append(...newestFirst(messages).map(section));
    // All but its heading, which becomes the heading of the page.
    this.#rest = [...this.screen.children].slice(1) as HTMLElement[];
    this.screen.append(this.#aside);
    this.#count();
  }

  /** The names of all messages that are shown. */
  get ids(): readonly string[] {
    return this.#sections().map((each) => each.dataset["reply"] ?? "");
  }

  /** Return what a message asks, if it asks anything. */
  asked(reply: string): Asked | null {
    return this.#messages.find((each) => each.id === reply)?.asked ?? null;
  }

  /** Show a screen in the place of everything, or everything again. */
  aside(screen: Node | null): void {
    for (const element of this.#rest) show(element, !screen);
    this.#aside.replaceChildren(...(screen ? [screen] : []));
    if (!screen) return this.#count();
    scrollTo(0, 0);
    this.#aside.tabIndex = -1;
    this.#aside.focus({ preventScroll: true });
  }

  /** Say something above the messages. */
  say(message: Node): void {
    this.#said.replaceChildren(message);
    this.#said.tabIndex = -1;
    scrollTo(0, 0);
    this.#said.focus({ preventScroll: true });
  }

  /** Remember which messages are on their way out; all of them without a list. */
  leaving(ids: readonly string[] | null): void {
    this.#leaving = ids ?? this.ids;
  }

  /** Say what was done, and drop what was deleted. */
  done(done: Done): void {
    const many = (this.#leaving?.length ?? 0) > 1;
    if (done === "deleted") for (const each of this.#sections()) if (this.#leaving?.includes(each.dataset["reply"] ?? "")) each.remove();
    this.#count();
    this.say(one(copyOf("done"), `[data-done=${done === "deleted" && many ? "emptied" : done}]`));
  }

  /** Hand a file to the browser, which saves it. */
  hand(name: string, content: Blob): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = readable(name).replace(/[/\\]/g, "_") || "file";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  #count(): void {
    const many = this.#sections().length;
    show(this.#empty, many === 0);
    show(this.#all, many > 1);
  }

  #sections(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>(".message")];
  }
}

/** What expired, then the desk's messages from the newest on, then what is not from the desk, which so pushes nothing away. */
function newestFirst(messages: readonly ShownMessage[]): readonly ShownMessage[] {
  const place = { expired: 0, message: 1, forged: 2 };
  return [...messages].sort((one, other) => place[one.kind] - place[other.kind] || other.number - one.number);
}

function section(message: ShownMessage): HTMLElement {
  const made = one(copyOf("message"), ".message");
  made.dataset["reply"] = message.id;
  for (const name of ["from", "not-from"]) fill(one(made, `[data-part=${name}]`), { number: message.number });
  one(made, "[data-part=text]").replaceChildren(...paragraphs(message.text));
  const file = one(made, "[data-part=file]");
  const asked = one(made, "[data-part=asked]");
  file.replaceWith(...message.files.map((each) => fileLine(file, each)));
  if (message.asked) ask(asked, message.asked);
  else asked.remove();
  if (message.heard) tell(made, message.heard, message.about);
  else for (const name of ["told", "day"]) one(made, `[data-part=${name}]`).remove();
  const forged = message.kind === "forged";
  for (const [name, shown] of [["from", !forged], ["not-from", forged], ["forged", forged], ["twice", message.twice], ["expired", message.kind === "expired"]] as const) {
    if (!shown) one(made, `[data-part=${name}]`).remove();
  }
  return made;
}

function ask(asking: HTMLElement, { content, standing }: Asked): void {
  one(asking, "[data-part=title]").textContent = titleOf(content);
  label(asking, standing.answer);
  for (const [name, heard] of [["since", standing.answer], ["public", standing.public]] as const) {
    const said = one(asking, `[data-part=${name}]`);
    if (heard) fill(said, { day: dayOf(heard.day) });
    else said.remove();
  }
  if (standing.answer) one(asking, "[data-part=unheard]").remove();
}

/** What the desk tells of a question: it has the answer, or what was agreed to is public. */
function tell(made: HTMLElement, heard: Heard, about: Content | null): void {
  const told = one(made, "[data-part=told]");
  one(told, heard.what === "published" ? "[data-part=arrived]" : "[data-part=out]").remove();
  one(told, "bdi").textContent = about ? titleOf(about) : "";
  label(told, heard);
  one(made, "[data-part=day]").textContent = dayOf(heard.day);
}

/** Name an answer in the words of the page; without one nothing is named. */
function label(element: HTMLElement, heard: Heard | null): void {
  const chip = one(element, ".chip");
  const state = heardState(heard);
  if (state) chip.textContent = one(copyOf("consent"), `[data-state=${state}]`).textContent;
  else chip.remove();
}

function titleOf(content: Content): string {
  const text = content.texts.find((each) => each.language === document.documentElement.lang) ?? content.texts[0];
  return readable(text?.title ?? "");
}

function fileLine(line: HTMLElement, file: ShownMessage["files"][number]): HTMLElement {
  const made = line.cloneNode(true) as HTMLElement;
  one(made, "span").textContent = `${readable(file.name)} (${sizeOf(file.size)})`;
  one(made, "[data-do=save]").dataset["file"] = file.id;
  return made;
}

/** Text as paragraphs, each with a direction of its own; single line ends stay line ends. */
function paragraphs(text: string): HTMLElement[] {
  const blocks = readable(text).split("\n\n").filter((block) => block.trim());
  return blocks.map((block) => {
    const made = document.createElement("p");
    made.dir = "auto";
    for (const [place, line] of block.replace(/^\n+|\n+$/g, "").split("\n").entries()) made.append(...(place ? [document.createElement("br")] : []), line);
    return made;
  });
}
