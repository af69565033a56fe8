// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A source's inbox, opened: each reply checked, the case it may write to, and what it writes, sealed to that case.
 *
 * The same rules as the command line's and the plain form's. A reply that the desk did not write is shown as a warning and
 * never hidden: the source must know that somebody tries (T19). It derives no key and stores nothing. See spec/source.md.
 */

import { type Identity, openSealed, type Recipient } from "./age.ts";
import { type FileNote, type FileParts, MANIFEST } from "./attachments.ts";
import { type Card, checkCard } from "./cards.ts";
import type { InForce } from "./charter.ts";
import { type Heard, hashOfQuestion, type Question } from "./consent.ts";
import { bytes, encode, type Of, struct, text } from "./encoding.ts";
import type { Envelope } from "./envelope.ts";
import { BadBytes, Expired, Malformed, NotEnough, NotHere, NotSealedForThis, NotThisApproval } from "./errors.ts";
import { type Day, type Hash, hashOf, ID } from "./keys.ts";
import { MESSAGE, type Message, openMessage, sealMessage, type Thread } from "./messages.ts";

/** One released reply as a server hands it out; without content it is the server's own word that a report expired unopened. */
export const REPLY = struct({ id: text(ID), content: bytes, files: MANIFEST });
export type Reply = Of<typeof REPLY>;

/** A source's sealed message that waits for the desk. */
export const SEALED_MESSAGE = struct({ id: text(ID), content: bytes, files: MANIFEST });
export type SealedMessage = Of<typeof SEALED_MESSAGE>;

/** Where a source's messages go now: the case of a valid card and its recipient. */
export interface Where {
  readonly card: Card;
  readonly recipient: Recipient;
}

/** One reply as the visit sees it; no message means that it expired or is not from the desk, `twice` that its number has another one. */
export interface Shown {
  readonly number: number;
  readonly reply: Reply;
  readonly message: Message | null;
  readonly twice: boolean;
}

/** What the desk has said of a question: the last answer that it has, and that what was agreed to is public. */
export interface Standing {
  readonly answer: Heard | null;
  readonly public: Heard | null;
}

/** All released replies of one inbox, by case and number. The numbers that are shown go on from case to case. */
export class Opened {
  readonly replies: readonly Shown[];

  constructor(replies: readonly Shown[]) {
    this.replies = replies;
  }

  /** Return the highest number that the desk has written in a case, or naming none. */
  highest(name: string): number {
    return Math.max(0, ...this.#messages().flatMap((message) => (["", name].includes(message.case) ? [message.number] : [])));
  }

  /** The desk's questions of consent, in the order of their replies. */
  get questions(): readonly Question[] {
    return this.#messages().flatMap((message) => (message.question ? [message.question] : []));
  }

  /** Return the case that a question was asked in; empty if its message names none. */
  caseOf(question: Question): string {
    return this.#messages().find((message) => message.question && hashOfQuestion(message.question) === hashOfQuestion(question))?.case ?? "";
  }

  /** Return how a question stands by the desk's own messages; what the source sent is not readable here (T08). */
  standing(question: Question): Standing {
    const named = hashOfQuestion(question);
    const heard = this.#messages().flatMap((message) => (message.heard?.question === named ? [message.heard] : []));
    const last = (isPublic: boolean): Heard | null => heard.filter(({ what }) => (what === "published") === isPublic).at(-1) ?? null;
    return { answer: last(false), public: last(true) };
  }

  /** Return a file of a reply: what the desk said of it and where it lies. Raises NotHere. */
  file(shown: Shown, wanted: string): readonly [FileNote, FileParts] {
    const note = shown.message?.files.find((each) => each.id === wanted);
    const stored = shown.reply.files.files.find((each) => each.id === wanted);
    if (!note || !stored) throw new NotHere();
    return [note, stored];
  }

  #messages(): readonly Message[] {
    return this.replies.flatMap((each) => (each.message ? [each.message] : []));
  }
}

/** Whether a reply stands for a report that nobody opened in time. */
export function expired(reply: Reply): boolean {
  return reply.content.length === 0;
}

/** Return every case with a valid card, the highest generation first. */
export function openCases(cards: readonly Envelope[], charter: InForce, mailbox: Hash, today: Day): readonly Where[] {
  const valid: Where[] = [];
  for (const envelope of cards) {
    try {
      const [card, recipient] = checkCard(envelope, charter, mailbox, today);
      valid.push({ card, recipient });
    } catch (refused) {
      if (![NotThisApproval, Expired, NotEnough, BadBytes].some((kind) => refused instanceof kind)) throw refused;
    }
  }
  return valid.sort((one, other) => other.card.generation - one.card.generation || (one.card.case < other.card.case ? -1 : 1));
}

/** Return where a message of this case goes; one of no case in particular goes to the first place. */
export function whereOf(places: readonly Where[], name: string): Where | undefined {
  return places.find((place) => ["", place.card.case].includes(name));
}

/** Open every reply; second messages of one number, and then what cannot be opened or is not from the desk, stand at the end. */
export function openInbox(replies: readonly Reply[], identity: Identity, thread: Thread): Opened {
  const good = new Map<string, { reply: Reply; message: Message }[]>();
  const rest: Reply[] = [];
  for (const reply of replies) {
    const message = messageIn(reply, identity, thread);
    const place = message ? `${message.case} ${message.number}` : "";
    // Each case counts for itself. Within one, the same message once more is a copy; another one under its number is shown too:
    // whoever of the desk wrote past the others is not to choose which of the two the source reads (T05).
    const here = good.get(place) ?? [];
    if (!message || here.some((other) => same(other.message, message))) rest.push(reply);
    else good.set(place, [...here, { reply, message }]);
  }
  const places = [...good.values()].sort(([one], [other]) => (one && other ? byCase(one.message, other.message) : 0));
  const shown: Shown[] = [];
  const more: Shown[] = [];
  let [last, before, name] = [0, 0, ""];
  for (const each of places) {
    for (const [at, { reply, message }] of each.entries()) {
      if (message.case !== name) [name, before] = [message.case, last];
      last = before + message.number;
      (at ? more : shown).push({ number: last, reply, message, twice: each.length > 1 });
    }
  }
  const behind = [...more, ...rest.map((reply) => ({ reply, message: null, twice: false }))];
  return new Opened([...shown, ...behind.map((each, place) => ({ ...each, number: last + place + 1 }))]);
}

/** Leave out what fills the empty slots of an inbox: bytes that were sealed to nobody, or to somebody else. */
export function withoutFillers(replies: readonly Reply[], identity: Identity): readonly Reply[] {
  return replies.filter((reply) => {
    try {
      if (!expired(reply)) openSealed(reply.content, identity);
    } catch (refused) {
      // What is Tampered was sealed to this source and changed on the way: the source must see that.
      return !(refused instanceof Malformed || refused instanceof NotSealedForThis);
    }
    return true;
  });
}

/** Seal a source's message with its files to the case that it goes to. */
export function sealFollowup(
  message: Message,
  files: readonly (readonly [FileNote, FileParts])[],
  thread: Thread,
  recipient: Recipient,
): SealedMessage {
  const content = sealMessage({ ...message, files: files.map(([note]) => note) }, thread, recipient);
  return { id: message.id, content, files: { body: hashOf(content), files: files.map(([, stored]) => stored) } };
}

function same(one: Message, other: Message): boolean {
  return hashOf(encode(one, MESSAGE)) === hashOf(encode(other, MESSAGE));
}

function byCase(one: Message, other: Message): number {
  if (one.case !== other.case) return one.case < other.case ? -1 : 1;
  return one.number - other.number;
}

function messageIn(reply: Reply, identity: Identity, thread: Thread): Message | null {
  if (expired(reply)) return null;
  try {
    return openMessage(reply.content, identity, thread, "desk");
  } catch (refused) {
    if (refused instanceof BadBytes) return null;
    throw refused;
  }
}
