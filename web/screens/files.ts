// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The files of a form as a list: add as often as wanted, see each size, remove one. The form's own field always holds them
 * all, so that the plain form sends the same files.
 *
 * It reads no file. See spec/browser.md.
 */

import { copyOf, one, readable, show, sizeOf } from "./texts.ts";

/** The files that are chosen. */
export class Files {
  readonly #field: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #line: HTMLElement;
  readonly #adding: HTMLElement;
  #files: File[] = [];

  constructor(field: HTMLInputElement) {
    this.#field = field;
    // Here, before anything has changed, rather than at the first file.
    new DataTransfer();
    const copy = copyOf("files");
    this.#list = one(copy, ".chosen");
    this.#line = one(copy, ".file");
    this.#adding = one(copy, "p");
    this.#line.remove();
    // Filled again after a step back, a browser may have kept what was chosen.
    this.#files = [...(field.files ?? [])];
    field.closest(".question")?.append(copy);
    this.#draw();
  }

  /** The button that opens the browser's window for files. */
  get button(): HTMLElement {
    return one(this.#adding, "[data-do=add]");
  }

  /** The files, in the order in which they were added. */
  get chosen(): readonly File[] {
    return this.#files;
  }

  /** Show the list and the button instead of the browser's own field, or the field alone. */
  listed(listed: boolean): void {
    show(this.#field, !listed);
    show(this.#list, listed && this.#files.length > 0);
    show(this.#adding, listed);
  }

  /** Add what was just chosen in the field; the same file is not added twice. */
  add(): void {
    const known = new Set(this.#files.map(nameOf));
    this.#files = [...this.#files, ...[...(this.#field.files ?? [])].filter((file) => !known.has(nameOf(file)))];
    this.#keep();
  }

  /** Remove a file by the button of its line. */
  remove(button: Element): void {
    const place = [...this.#list.querySelectorAll("[data-do=remove]")].indexOf(button);
    this.#files = this.#files.filter((_, each) => each !== place);
    this.#keep();
    this.button.focus();
  }

  /** Forget every file. */
  forget(): void {
    this.#files = [];
    this.#keep();
  }

  #keep(): void {
    const held = new DataTransfer();
    for (const file of this.#files) held.items.add(file);
    this.#field.files = held.files;
    this.#draw();
  }

  #draw(): void {
    this.#list.replaceChildren(
      ...this.#files.map((file) => {
        const line = this.#line.cloneNode(true) as HTMLElement;
        one(line, "[data-part=name]").textContent = `${readable(file.name)} (${sizeOf(file.size)})`;
        return line;
      }),
    );
    show(this.#list, this.#files.length > 0);
  }
}

function nameOf(file: File): string {
  return `${file.name}/${file.size}/${file.lastModified}`;
}
