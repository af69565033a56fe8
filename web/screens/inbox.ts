// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * An inbox through the page: the words are typed, the browser opens it in a worker, and nothing of them leaves the page.
 *
 * The form stays the real form and is the fallback. Once the inbox is open the words are in the worker alone, and gone with
 * it. Nothing is stored in this browser. See spec/browser.md; T02, T08.
 */

import type { Done, Told, Why } from "../sealer/orders.ts";
import { ConsentScreen, heardState, type State, stateOf } from "./consent.ts";
import { Files } from "./files.ts";
import { Messages } from "./messages.ts";
import { SendingScreen } from "./sending.ts";
import { Stage } from "./stage.ts";
import { copyOf, one, show } from "./texts.ts";
import { Sealer } from "./worker.ts";

type Doing = "asking" | "opening" | "open" | "sending" | "plain" | "unsafe";

/** The form of an inbox, brought to life. */
export class InboxScreens {
  readonly #form: HTMLFormElement;
  readonly #address: string;
  readonly #stage: Stage;
  readonly #words: HTMLTextAreaElement;
  readonly #plain: HTMLElement;
  readonly #seen: HTMLElement;
  #sealer: Sealer;
  #doing: Doing = "asking";
  #messages: Messages | undefined;
  #files: Files | undefined;
  #sending: SendingScreen | undefined;
  #consent: ConsentScreen | undefined;
  readonly #answers = new Map<string, State>();
  #answering: readonly [string, State] | undefined;

  /** Build everything first, and change what is seen last. Raises whatever is missing in this browser or page. */
  constructor(form: HTMLFormElement, address: string) {
    this.#form = form;
    this.#address = address;
    this.#words = one(form, "[name=words]") as HTMLTextAreaElement;
    this.#plain = one(form, ".seen");
    this.#seen = one(copyOf("seen"), ".seen");
    this.#stage = new Stage();
    new DataTransfer();
    this.#sealer = this.#started();
    this.#listen();
    history.replaceState({ inbox: false }, "");
    this.#plain.after(this.#seen);
    show(this.#plain, false);
  }

  #listen(): void {
    this.#on(document, "submit", (event) => this.#submitted(event));
    this.#on(document, "click", (event) => this.#pressed(event));
    this.#on(document, "change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.type === "file") this.#files?.add();
    });
    this.#on(window, "popstate", (event) => {
      // A link within the page is no step back: its entry carries nothing.
      if (((event as PopStateEvent).state as { inbox?: boolean } | null)?.inbox === false) this.#leave();
    });
    this.#on(window, "pagehide", () => this.#leave());
    this.#on(window, "beforeunload", (event) => {
      if (this.#doing === "sending" || this.#text()?.value) event.preventDefault();
    });
  }

  #on(target: EventTarget, name: string, hear: (event: Event) => void): void {
    target.addEventListener(name, (event) => {
      try {
        hear(event);
      } catch {
        this.#failed("plain", "");
      }
    });
  }

  #submitted(event: Event): void {
    const form = event.target as HTMLFormElement;
    if (this.#doing === "plain" && form === this.#form) return;
    event.preventDefault();
    if (form === this.#form && this.#doing === "asking") this.#open();
    else if (this.#doing === "open") this.#write();
  }

  #open(): void {
    this.#doing = "opening";
    const screen = copyOf("opening");
    show(one(screen, "[data-part=waiting]"), false);
    this.#stage.put(screen);
    this.#sealer.give({ order: "open", words: this.#words.value });
  }

  #pressed(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
    if (!button) return;
    const act = button.dataset["do"];
    if (act === "add") (one(document, "#files") as HTMLInputElement).click();
    if (act === "remove") this.#files?.remove(button);
    if (act === "pause" || act === "resume") this.#pause(act);
    if (this.#doing !== "open") return;
    if (act === "save") this.#sealer.give({ order: "save", ...this.#of(button), file: button.dataset["file"] ?? "" });
    if (act === "delete") this.#sealer.give({ order: "delete", ids: [this.#of(button).reply] });
    if (act === "delete-all") this.#sealer.give({ order: "delete", ids: this.#messages?.ids ?? [] });
    if (act === "ask") this.#sealer.give({ order: "pictures", ...this.#of(button) });
    if (act === "answer") this.#answer((button as HTMLButtonElement).value);
    if (act === "unasked") this.#aside(null);
    if (act === "close") this.#sealer.give({ order: "close", inWords: button.dataset["words"] ?? "" });
    if (act === "delete" || act === "delete-all") this.#messages?.leaving(act === "delete" ? [this.#of(button).reply] : null);
  }

  #of(button: HTMLElement): { reply: string } {
    return { reply: button.closest<HTMLElement>(".message")?.dataset["reply"] ?? "" };
  }

  #answer(button: string): void {
    const given = this.#consent?.answer(button);
    if (!given) return;
    this.#answering = [given.question, stateOf(given.choice, given.without)];
    this.#sealer.give({ order: "answer", ...given });
  }

  #pause(order: "pause" | "resume"): void {
    this.#sealer.give({ order });
    this.#sending?.paused(order === "pause");
  }

  #write(): void {
    const { largest, longest, most } = this.#form.dataset;
    const text = this.#text()?.value.replace(/\p{Surrogate}/gu, "\ufffd") ?? "";
    if ([...text].length > Number(longest)) return this.#failed("TooLarge", "");
    this.#sending = new SendingScreen();
    show(one(this.#sending.copy, "[data-do=stop]"), false);
    this.#doing = "sending";
    this.#aside(this.#sending.copy);
    this.#sealer.give({
      order: "write",
      written: { text, language: document.documentElement.lang, files: this.#files?.chosen ?? [] },
      limits: { largest: Number(largest), most: Number(most) },
    });
  }

  #hear(told: Told): void {
    try {
      if (told.told === "going") this.#sending?.going(told.done, told.total);
      if (told.told === "waiting") this.#waiting();
      if (told.told === "opened") this.#opened(new Messages(told.messages));
      if (told.told === "pictures") this.#ask(told.reply, told.came);
      if (told.told === "saved") this.#messages?.hand(told.name, told.content);
      if (told.told === "done") this.#done(told.done);
      if (told.told === "failed") this.#failed(told.why, told.detail);
    } catch {
      this.#failed("plain", "");
    }
  }

  #waiting(): void {
    this.#sending?.waiting();
    const said = document.querySelector<HTMLElement>("main > div > [data-part=waiting]");
    if (this.#doing === "opening" && said) show(said, true);
  }

  #opened(messages: Messages): void {
    this.#doing = "open";
    this.#messages = messages;
    this.#words.value = "";
    history.pushState({ inbox: true }, "");
    this.#stage.put(messages.screen);
    this.#files = new Files(one(document, "#files") as HTMLInputElement);
    this.#files.listed(true);
  }

  #ask(reply: string, came: ReadonlyMap<string, string>): void {
    const asked = this.#messages?.asked(reply);
    if (!asked) return;
    this.#consent = new ConsentScreen(asked, came, this.#answers.get(asked.id) ?? heardState(asked.standing.answer));
    this.#aside(this.#consent.copy);
  }

  #aside(screen: Node | null): void {
    if (!screen) this.#consent = this.#sending = undefined;
    this.#messages?.aside(screen);
  }

  #done(done: Done): void {
    this.#doing = "open";
    if (done === "answered" && this.#answering) this.#answers.set(...this.#answering);
    if (done === "sent" || done === "answered") this.#aside(null);
    if (done === "sent") {
      const text = this.#text();
      if (text) text.value = "";
      this.#files?.forget();
    }
    this.#messages?.done(done);
  }

  /** Say what was refused. Before the inbox is open it brings the form back; afterwards everything that was written stays. */
  #failed(why: Why, detail: string): void {
    if (this.#doing === "plain" || this.#doing === "unsafe") return;
    if (this.#doing === "open" || this.#doing === "sending") {
      this.#doing = "open";
      this.#aside(null);
      this.#messages?.say(why === "plain" || why === "unsafe" ? copyOf("undone") : refusal(why, detail));
      return;
    }
    this.#stage.clear();
    if (why === "plain" || why === "unsafe") {
      this.#sealer.end();
      this.#doing = why;
      show(this.#seen, false);
      show(this.#plain, true);
      show(one(this.#form, "button"), why === "plain");
      return this.#stage.say(copyOf(why));
    }
    this.#doing = "asking";
    this.#stage.say(refusal(why, detail));
  }

  /** Back, or away: the inbox closes, and what was in this page of it is dropped. */
  #leave(): void {
    if (this.#doing === "asking" || this.#doing === "plain" || this.#doing === "unsafe") return;
    this.#sealer.end();
    this.#sealer = this.#started();
    this.#messages = this.#consent = this.#files = this.#sending = undefined;
    this.#answers.clear();
    this.#doing = "asking";
    this.#stage.clear();
  }

  #text(): HTMLTextAreaElement | null {
    return document.querySelector<HTMLTextAreaElement>("main #text");
  }

  #started(): Sealer {
    return new Sealer(this.#address, (told) => this.#hear(told), () => this.#failed("plain", ""));
  }
}

/** Return the page's sentence for a refusal, with what looks wrong in the words, told to nobody but who typed them. */
function refusal(why: Why, detail: string): HTMLElement {
  const said = one(copyOf("refused"), `[data-refusal=${why}]`);
  if (detail) one(said, "strong").append(` (${detail})`);
  return said;
}
