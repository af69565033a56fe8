// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The photograph of a post: opened by its own worker, shown with what its file would have told, covered, and made anew.
 *
 * The file goes to the worker and nowhere else. What cannot be handled here is said, and the form sends it the server's way.
 * See spec/browser.md; T02, T13, T14.
 */

import type { Order, Told } from "../join/orders.ts";
import { randomBytes } from "../core/keys.ts";
import type { Finished, Picture } from "../picture/finish.ts";
import { SEED_LENGTH } from "../picture/shape.ts";
import { MOST_BYTES } from "../picture/kind.ts";
import type { Finding } from "../picture/told.ts";
import { copyOf, one, readable, show } from "../screens/texts.ts";
import { Sealer } from "../screens/worker.ts";
import { Covering } from "./covering.ts";

type State = "none" | "opening" | "ready" | "failed";

/** The photograph that is chosen in a form, if there is one. */
export class Photograph {
  readonly #address: string;
  readonly #section: HTMLElement;
  readonly #covering: Covering;
  #worker: Sealer<Order, Told> | undefined;
  #state: State = "none";
  #finished: ((made: Finished | undefined) => void) | undefined;

  /** Puts its part of the page behind the field, hidden. Raises Error if the page lacks it. */
  constructor(address: string, field: HTMLInputElement) {
    const copy = copyOf("photo");
    this.#address = address;
    this.#section = one(copy, "[data-part=photo]");
    this.#covering = new Covering(one(copy, ".cover"));
    (field.closest("p, div") ?? field).after(copy);
    this.#show();
    this.#making(false);
  }

  /** What can be said of it now. */
  get state(): State {
    return this.#state;
  }

  /** What the supporter wrote for those who cannot see it. */
  get shows(): string {
    return (one(this.#section, "[data-part=shows]") as HTMLInputElement).value;
  }

  /** Open a file, in the place of the one before. */
  async open(file: File | undefined): Promise<void> {
    this.close();
    if (!file) return;
    this.#say("opening");
    if (file.size > MOST_BYTES) return this.#failed();
    const content = new Uint8Array(await file.arrayBuffer());
    this.#worker = new Sealer<Order, Told>(this.#address, (told) => this.#hear(told), () => this.#failed());
    this.#worker.give({ order: "open", file: content });
  }

  /** Make the two pictures that would be sent; nothing if it cannot be done. */
  make(): Promise<Finished | undefined> {
    return new Promise((finished) => {
      this.#finished = finished;
      if (this.#state !== "ready") return this.#failed();
      this.#making(true);
      this.#worker?.give({ order: "finish", boxes: this.#covering.boxes, seed: randomBytes(SEED_LENGTH) });
    });
  }

  /** Add a box, for those who do not draw one. */
  cover(): void {
    this.#covering.add();
  }

  /** Forget the photograph, every point of it. */
  close(): void {
    this.#worker?.end();
    this.#worker = undefined;
    this.#covering.clear();
    this.#say("none");
    this.#making(false);
  }

  #hear(told: Told): void {
    if (told.told === "findings") this.#list(told.findings);
    if (told.told === "preview") this.#preview(told.picture);
    if (told.told === "failed") this.#failed();
    if (told.told === "finished") this.#give(told.made);
  }

  #give(made: Finished | undefined): void {
    this.#making(false);
    this.#finished?.(made);
    this.#finished = undefined;
  }

  #making(now: boolean): void {
    show(one(this.#section, "[data-part=making]"), now);
  }

  #failed(): void {
    this.#worker?.end();
    this.#worker = undefined;
    this.#say("failed");
    this.#give(undefined);
  }

  #list(findings: readonly Finding[]): void {
    const list = one(this.#section, "dl");
    const names = copyOf("told");
    // The page names what tells of a person or a place, the worst first; the rest, such as the size, has no name there.
    const told = [...names.querySelectorAll<HTMLElement>("[data-name]")].flatMap(({ dataset, textContent }) =>
      findings.filter(({ name }) => name === dataset["name"]).map(({ value }) => ({ name: textContent, value })),
    );
    list.replaceChildren(
      ...told.flatMap(({ name, value }) => {
        const [term, said] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = name;
        // Text of whoever made the file: one line, never HTML.
        said.textContent = readable(value);
        said.dir = "auto";
        return [term, said];
      }),
    );
    show(one(this.#section, "[data-part=told]"), told.length > 0);
    show(one(this.#section, "[data-part=silent]"), told.length === 0);
  }

  #preview(picture: Picture): void {
    const image = one(this.#section, ".cover img") as HTMLImageElement;
    shown(image, picture);
    this.#say("ready");
  }

  #say(state: State): void {
    this.#state = state;
    this.#show();
  }

  #show(): void {
    show(this.#section, this.#state !== "none");
    for (const part of this.#section.querySelectorAll<HTMLElement>("[data-state]")) show(part, part.dataset["state"] === this.#state);
  }
}

/** Show a picture that was made here; the address is good for this page alone, and for one use. */
export function shown(image: HTMLImageElement, { jpeg, width, height }: Picture): void {
  const address = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
  image.addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
  [image.width, image.height, image.src] = [width, height, address];
}
