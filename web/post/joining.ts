// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Joining a campaign through the page: the plain form, then exactly what would become public, then sealed and sent.
 *
 * The form stays the real form. Whatever breaks before the server has acknowledged brings it back with all that was written,
 * and a sentence that says what the server will see. Nothing is stored in this browser. See spec/browser.md; T02, T10, T13.
 */

import type { Finished } from "../picture/finish.ts";
import { Stage } from "../screens/stage.ts";
import { copyOf, one, readable, show } from "../screens/texts.ts";
import { Sealer } from "../screens/worker.ts";
import { JoinForm } from "./filled.ts";
import type { Confirmed, Order, Told, Why } from "./orders.ts";
import { Photograph, shown } from "./photograph.ts";

type Doing = "writing" | "making" | "looking" | "sending" | "kept" | "plain";
/** Every screen that may be needed, so that one that is missing is missed now. */
const SCREENS = ["sealed", "exact", "leaving", "kept", "wrong", "told"];

/** The form of a campaign, brought to life. */
export class JoinScreens {
  readonly #form: HTMLFormElement;
  readonly #filled: JoinForm;
  readonly #stage = new Stage();
  readonly #photograph: Photograph | undefined;
  /** What the plain form says of the server, and what stands in its place while this browser seals. */
  readonly #plainly: readonly HTMLElement[];
  readonly #sealed: HTMLElement;
  readonly #address: string;
  #confirmed: Confirmed | undefined;
  #sealer: Sealer<Order, Told> | undefined;
  #doing: Doing = "writing";

  /** Build everything first, and change what is seen last. Raises whatever is missing in this browser or page. */
  constructor(form: HTMLFormElement, address: string) {
    for (const screen of SCREENS) copyOf(screen);
    this.#form = form;
    this.#address = address;
    this.#filled = new JoinForm(form);
    this.#sealer = this.#started();
    const field = form.querySelector<HTMLInputElement>("input[type=file]");
    this.#plainly = [...form.querySelectorAll<HTMLElement>(".seen")];
    this.#sealed = one(copyOf("sealed"), ".seen");
    this.#photograph = field ? new Photograph(form.dataset["worker"] ?? "", field) : undefined;
    one(form, ".before > .seen").after(this.#sealed);
    history.replaceState({ step: "form" }, "");
    this.#listen(field);
    this.#says(true);
    if (field?.files?.length) this.#chosen(field);
  }

  #listen(field: HTMLInputElement | null): void {
    this.#on(this.#form, "submit", (event) => this.#submitted(event));
    this.#on(document, "click", (event) => this.#pressed(event));
    this.#on(window, "popstate", () => this.#back());
    if (field) this.#on(field, "change", () => this.#chosen(field));
    this.#on(window, "beforeunload", (event) => {
      // Words that were not seen, a post on its way and boxes that were drawn are lost with the page, so it asks first.
      if (this.#doing === "sending" || this.#doing === "looking" || this.#photograph?.state === "ready") event.preventDefault();
    });
  }

  /** Listen, and go back to the plain form when anything of this program breaks. */
  #on(target: EventTarget, name: string, hear: (event: Event) => void): void {
    target.addEventListener(name, (event) => this.#safely(() => hear(event)));
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch {
      this.#failed("plain");
    }
  }

  /** A photograph was chosen: that is what is wanted now, and it is opened at once. */
  #chosen(field: HTMLInputElement): void {
    const kind = this.#form.querySelector<HTMLInputElement>("[name=kind][value=photo]");
    if (kind && field.files?.length) kind.checked = true;
    if (field.files?.length && this.#doing === "writing") this.#stage.hush();
    void this.#photograph?.open(field.files?.[0]).catch(() => this.#failed("plain"));
  }

  #submitted(event: Event): void {
    const photo = this.#filled.isPhoto ? this.#photograph : undefined;
    // Plain again, or a photograph that only the server can open, of which its own part of the page says so.
    if (this.#doing === "plain" || photo?.state === "failed") return;
    event.preventDefault();
    if (this.#doing !== "writing" || photo?.state === "opening") return;
    const lacking = this.#filled.lacking() ?? (photo?.state === "none" ? "none" : undefined);
    if (lacking) return this.#wrong(lacking);
    this.#doing = "making";
    void (photo ? photo.make() : Promise.resolve(undefined)).then((made) => this.#safely(() => this.#look(photo !== undefined, made)));
  }

  #pressed(event: Event): void {
    const act = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]")?.dataset["do"] : "";
    if (act === "cover") this.#photograph?.cover();
    if (act === "back") history.back();
    if (act === "send" && this.#doing === "looking") this.#send();
  }

  /** Show exactly what would become public. */
  #look(wanted: boolean, made: Finished | undefined): void {
    this.#doing = "writing";
    // What went wrong with the photograph stands beside it.
    if (wanted && !made) return;
    const { id, instance, terms, region, lists, receipt } = this.#filled;
    const post = this.#filled.post(made, this.#photograph?.shows ?? "");
    this.#confirmed = { id, instance, terms, post, region, near: made?.near ?? "", files: made ? [made.large.jpeg, made.small.jpeg] : [], lists, receipt };
    const screen = copyOf("exact");
    const image = one(screen, "[data-part=picture]") as HTMLImageElement;
    if (made) shown(image, made.large);
    else image.src = `/badges/${post.badge}.svg`;
    if (post.shows) image.alt = post.shows;
    one(screen, "[data-part=sentence]").textContent = readable(post.sentence);
    one(screen, "[data-part=sentence]").lang = post.language;
    one(screen, "[data-part=rank]").textContent = this.#filled.rank;
    one(screen, "[data-part=shows]").textContent = post.shows;
    show(one(screen, "[data-part=described]"), post.shows !== "");
    show(one(screen, "[data-part=moved]"), made !== undefined);
    this.#doing = "looking";
    history.pushState({ step: "exact" }, "");
    this.#stage.put(screen);
  }

  #send(): void {
    if (!this.#confirmed) return;
    this.#doing = "sending";
    this.#stage.put(copyOf("leaving"));
    this.#say("sealing");
    this.#sealer?.give({ order: "send", confirmed: this.#confirmed });
  }

  #started(): Sealer<Order, Told> {
    return new Sealer<Order, Told>(this.#address, (told) => this.#safely(() => this.#hear(told)), () => this.#failed("plain"));
  }

  #hear(told: Told): void {
    if (told.told === "waiting") this.#say("waiting");
    if (told.told === "going") this.#say("sending");
    if (told.told === "failed") this.#failed(told.why);
    if (told.told === "kept") this.#kept(told.words);
  }

  #say(state: string): void {
    for (const part of document.querySelectorAll<HTMLElement>("[data-going]")) show(part, part.dataset["going"] === state);
  }

  /** The server has it: the form goes, and the words of the receipt come, once. */
  #kept(words: readonly string[]): void {
    this.#doing = "kept";
    try {
      const screen = copyOf("kept");
      for (const [place, item] of [...screen.querySelectorAll(".words li")].entries()) item.textContent = words[place] ?? "";
      one(screen, ".words").lang = this.#confirmed?.receipt ?? "";
      show(one(screen, "[data-part=receipt]"), words.length > 0);
      this.#stage.put(screen);
      this.#confirmed = undefined;
      this.#sealer?.end();
      this.#photograph?.close();
      this.#form.reset();
      this.#form.remove();
      history.replaceState({}, "");
    } catch {
      // Whatever broke, nobody can make these words again: they are shown, if need be with nothing around them.
      if (words.length && !document.querySelector(".words li")) one(document, "main").replaceChildren(words.join(" "));
    }
  }

  /** Back to the form, from what was looked at or from a post on its way, which is given up. */
  #back(): void {
    if (this.#doing !== "looking" && this.#doing !== "sending") return;
    this.#again();
    this.#stage.clear();
  }

  #says(sealed: boolean): void {
    for (const each of this.#plainly) show(each, !sealed);
    show(this.#sealed, sealed);
  }

  #again(): void {
    this.#sealer?.end();
    this.#sealer = this.#started();
    this.#confirmed = undefined;
    this.#doing = "writing";
  }

  #wrong(name: string): void {
    this.#stage.say(one(copyOf("wrong"), `[data-wrong=${name}]`));
  }

  /** Nothing was sent: back to the form, with everything in it and with a sentence that says why. */
  #failed(why: Why): void {
    if (this.#doing === "kept" || this.#doing === "plain") return;
    this.#stage.clear();
    if (why === "plain") {
      this.#sealer?.end();
      this.#photograph?.close();
      this.#doing = "plain";
      this.#says(false);
    } else {
      this.#again();
    }
    this.#wrong(why);
  }
}
