// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The page's side of the worker: starts it, gives it orders, hears what it tells, and notices when it does not begin.
 *
 * See spec/browser.md.
 */

import type { Order, Told } from "../sealer/orders.ts";

/** A phone needs a while to read the program; longer than this and it will not come. */
const BEGINS_WITHIN = 30_000;

/** One worker: what it is ordered, and what it tells. */
export class Sealer<O = Order, T extends { readonly told: string } = Told> {
  readonly #worker: Worker;
  readonly #timer: ReturnType<typeof setTimeout>;

  /** Start it from the script's own address. `halted` is called when it cannot work. */
  constructor(address: string, hear: (told: T) => void, halted: () => void) {
    this.#worker = new Worker(address, { type: "module" });
    this.#timer = setTimeout(halted, BEGINS_WITHIN);
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.end();
      halted();
    });
    this.#worker.addEventListener("messageerror", halted);
    this.#worker.addEventListener("message", (event: MessageEvent<T>) => {
      if (event.data.told === "begun") clearTimeout(this.#timer);
      else hear(event.data);
    });
  }

  /** Give an order. */
  give(order: O): void {
    this.#worker.postMessage(order);
  }

  /** End it, with whatever it is doing. */
  end(): void {
    clearTimeout(this.#timer);
    this.#worker.terminate();
  }
}
