// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A source's way to the server from a browser: requests that are repeated until they arrive, and that can be paused.
 *
 * Every request here may arrive twice and does one thing. A line that breaks, a phone that sleeps and a server that is busy
 * are waited out; a refusal is not. The server gets sealed bytes and nothing else, and is asked for nothing but this
 * origin's own addresses. It seals and opens nothing. See spec/api.md, spec/browser.md.
 */

/** The server refused: `kind` names the refusal, and is empty where the answer was not one of this version's. */
export class Refused extends Error {
  readonly kind: string;
  readonly status: number;

  constructor(kind: string, status: number) {
    super(kind);
    this.kind = kind;
    this.status = status;
  }
}

/** What a line tells while it works: bytes of the present request that left, or that it waits for a connection. */
export interface Watcher {
  left(bytes: number): void;
  waiting(): void;
}

type Body = Uint8Array<ArrayBuffer> | undefined;

interface Answer {
  readonly status: number;
  readonly content: Uint8Array<ArrayBuffer>;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/**
 * A request of which nothing moves for so long is given up and sent anew: a phone that slept does not always learn that its
 * line is gone. Twice as long each time, because through Tor a whole part may lie in buffers without a sign.
 */
const STALLED = 180_000;
const STALLED_LONGEST = 1_440_000;
/** Answers that say nothing about the request: a proxy, or a server that is busy or starts again. */
const BUSY = new Set([0, 429, 502, 503, 504]);
/** The server's mistake, which may be gone in a moment, but not for ever. */
const BROKEN = 500;
const BROKEN_TRIES = 4;

/** One way to the server. */
export class Line {
  #request: XMLHttpRequest | undefined;
  #paused: Promise<void> | undefined;
  #go: () => void = () => undefined;
  #patience = STALLED;
  readonly #watcher: Watcher;

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  /** Stop sending until `resume`; what is on its way is given up and sent again later. */
  pause(): void {
    this.#paused ??= new Promise((go) => (this.#go = go));
    this.#request?.abort();
  }

  /** Go on. */
  resume(): void {
    this.#paused = undefined;
    this.#go();
  }

  /** Send a request until it is answered. Raises Refused. */
  async ask(method: "GET" | "POST" | "PUT", path: string, body?: Body): Promise<Uint8Array<ArrayBuffer>> {
    let pause = FIRST_PAUSE;
    let broken = 0;
    for (;;) {
      await this.#paused;
      const answer = await this.#once(method, path, body);
      if (answer.status >= 200 && answer.status < 300) return answer.content;
      const kind = kindOf(answer);
      broken += answer.status === BROKEN ? 1 : 0;
      const again = BUSY.has(answer.status) && kind !== "FreshnessStale" && kind !== "IntakeClosed";
      if (!again && (answer.status !== BROKEN || broken === BROKEN_TRIES)) throw new Refused(kind, answer.status);
      if (this.#paused) continue;
      this.#watcher.waiting();
      await slept(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  #once(method: string, path: string, body: Body): Promise<Answer> {
    return new Promise((answered) => {
      const request = new XMLHttpRequest();
      this.#request = request;
      let stalled: ReturnType<typeof setTimeout> | undefined;
      const moves = (): void => {
        clearTimeout(stalled);
        stalled = setTimeout(() => {
          this.#patience = Math.min(2 * this.#patience, STALLED_LONGEST);
          request.abort();
        }, this.#patience);
      };
      request.upload.onprogress = (event) => {
        moves();
        this.#watcher.left(event.loaded);
      };
      request.onprogress = moves;
      request.onloadend = () => {
        clearTimeout(stalled);
        this.#request = undefined;
        answered({ status: request.status, content: new Uint8Array((request.response as ArrayBuffer | null) ?? new ArrayBuffer(0)) });
      };
      request.open(method, path);
      request.responseType = "arraybuffer";
      moves();
      request.send(body ?? null);
    });
  }
}

/** Return the name of a refusal, or nothing where the answer is not one. */
function kindOf(answer: Answer): string {
  try {
    const refusal: unknown = JSON.parse(new TextDecoder().decode(answer.content));
    const kind = typeof refusal === "object" && refusal !== null && "error" in refusal ? refusal.error : "";
    return typeof kind === "string" ? kind : "";
  } catch {
    return "";
  }
}

/** Wait, but no longer than until the browser says that it is connected again. */
function slept(milliseconds: number): Promise<void> {
  return new Promise((awake) => {
    const wake = (): void => {
      clearTimeout(timer);
      removeEventListener("online", wake);
      awake();
    };
    const timer = setTimeout(wake, milliseconds);
    addEventListener("online", wake);
  });
}
