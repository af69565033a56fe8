// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * An inbox that the browser opens itself: the words stay in this worker, the server gets the inbox's secret and sealed bytes.
 *
 * Each reply is checked; what the desk did not write is shown as such. What is written goes to the open case, or without one
 * becomes a new report on the same inbox. Nothing is kept when the page ends. See spec/source.md, spec/browser.md; T08, T19.
 */

import { type FileNote, FileOpener, type FileParts, FileSealer } from "../core/attachments.ts";
import { answer, type Choice, hashOfQuestion } from "../core/consent.ts";
import { decode, encode } from "../core/encoding.ts";
import { NotHere, ReportEmpty, Tampered } from "../core/errors.ts";
import { type Bytes, hashOf, type Id, randomId } from "../core/keys.ts";
import { type Message, writeMessage } from "../core/messages.ts";
import { NOTHING_SAID, Sealing } from "../core/sealing.ts";
import { expired, type Opened, openCases, openInbox, sealFollowup, type Shown, type Where, whereOf, withoutFillers } from "../core/source.ts";
import { derive, type SourceKeys } from "../core/source_keys.ts";
import { INBOX_ASKED, INBOX_SEEN, KEPT, NEW_MESSAGE, PART_ASKED, REPLIES_DELETED } from "../core/wire.ts";
import { readWords } from "../core/words.ts";
import { askCharter, askDesk, today } from "./desk.ts";
import { Refused, type Line } from "./line.ts";
import { LISTS } from "./lists.ts";
import type { Limits, ShownMessage, Written } from "./orders.ts";
import { checkAmount, type Going, handIn, Upload } from "./sending.ts";

/** The most bytes of a picture that is drawn; the desk makes none so large. */
const LARGEST_PICTURE = 8 * 1024 * 1024;

/** An answer has no case to go to: none is open, or its card ran out. */
export class NoCard extends Error {}

/** One inbox on one visit. */
export class Inbox {
  readonly #line: Line;
  readonly #keys: SourceKeys;
  readonly #opened: Opened;
  readonly #places: readonly Where[];

  private constructor(line: Line, keys: SourceKeys, opened: Opened, places: readonly Where[]) {
    this.#line = line;
    this.#keys = keys;
    this.#opened = opened;
    this.#places = places;
  }

  /** Open the inbox of these words. Raises WordsWrong, Unsafe, Refused, Malformed. */
  static async open(line: Line, words: string): Promise<Inbox> {
    const entropy = readWords(words, LISTS);
    const charter = await askCharter(line);
    const keys = derive(entropy, charter.instanceId);
    const seen = decode(await line.ask("POST", "/api/inbox", encode({ v: 1, mailbox: keys.mailbox }, INBOX_ASKED)), INBOX_SEEN);
    const places = openCases(seen.cards, charter, keys.mailboxHash, today());
    const thread = keys.thread(places[0]?.card.generation ?? 0);
    return new Inbox(line, keys, openInbox(withoutFillers(seen.replies, keys.identity), keys.identity, thread), places);
  }

  /** What it shows, in order. */
  get messages(): readonly ShownMessage[] {
    return this.#opened.replies.map((each) => messageOf(each, this.#opened));
  }

  /** Write to the desk. Raises ReportEmpty, TooLarge, FileGone, Refused, Unsafe. */
  async write(written: Written, limits: Limits, going: Going): Promise<void> {
    if (!written.text.trim() && !written.files.length) throw new ReportEmpty();
    checkAmount(written.files, limits);
    const where = whereOf(this.#places, "");
    if (!where) return this.#report(written, going);
    const files = await new Upload(this.#line, written.files, going).all(() => new FileSealer(where.recipient));
    await this.#send(where, { text: written.text }, files);
  }

  /** Return the pictures that came with a question and are the ones that its text names: addresses of their bytes, by hash. */
  async pictures(reply: Id): Promise<ReadonlyMap<string, string>> {
    const message = this.#opened.replies.find((each) => each.reply.id === reply)?.message;
    const wanted = new Map(message?.question?.content.pictures.map(({ sha256, type }) => [sha256, type]));
    const came = new Map<string, string>();
    for (const note of message?.files ?? []) {
      const type = wanted.get(note.sha256);
      if (!type || note.size > LARGEST_PICTURE) continue;
      const [, content] = await this.file(reply, note.id);
      came.set(note.sha256, await addressOf(content, type));
    }
    return came;
  }

  /** Sign the answer to a question and send it to the case that it was asked in. Raises NotHere, NoCard, Refused. */
  async answer(wanted: Id, choice: Choice, without: readonly string[]): Promise<void> {
    const question = this.#opened.questions.find((each) => each.id === wanted);
    if (!question) throw new NotHere();
    const where = whereOf(this.#places, this.#opened.caseOf(question));
    if (!where) throw new NoCard();
    await this.#send(where, { answer: answer(question, this.#keys.mailboxHash, choice, without, this.#keys.consent) });
  }

  /** Tell the desk that the case is closed; without an open one, in words. Raises Refused, Unsafe. */
  async close(inWords: string): Promise<void> {
    for (const where of this.#places) await this.#send(where, { close: true });
    if (!this.#places.length) await this.#report({ text: inWords, files: [], language: "en" }, () => undefined);
  }

  /** Delete replies. Raises Refused. */
  async delete(ids: readonly Id[]): Promise<void> {
    await this.#line.ask("POST", "/api/inbox/delete", encode({ v: 1, mailbox: this.#keys.mailbox, ids }, REPLIES_DELETED));
  }

  /** Return a file of a reply, opened and compared with what the desk said of it. Raises NotHere, Tampered, Refused. */
  async file(reply: Id, wanted: Id): Promise<readonly [FileNote, Blob]> {
    const shown = this.#opened.replies.find((each) => each.reply.id === reply);
    if (!shown) throw new NotHere();
    const [note, stored] = this.#opened.file(shown, wanted);
    const opener = new FileOpener(note, this.#keys.identity);
    const pieces: Bytes[] = [];
    for (const part of stored.parts) {
      const asked = encode({ v: 1, mailbox: this.#keys.mailbox, reply, part: part.id }, PART_ASKED);
      const content = await this.#line.ask("POST", "/api/inbox/parts", asked);
      if (content.length !== part.size || hashOf(content) !== part.sha256) throw new Tampered();
      pieces.push(opener.write(content));
    }
    pieces.push(opener.finish());
    return [note, new Blob(pieces, { type: "application/octet-stream" })];
  }

  async #send(where: Where, said: Partial<Message>, files: readonly (readonly [FileNote, FileParts])[] = []): Promise<void> {
    const name = where.card.case;
    const thread = this.#keys.thread(this.#places[0]?.card.generation ?? 0);
    const message = { ...writeMessage(thread, "source", this.#opened.highest(name), ""), case: name, ...said };
    const sealed = sealFollowup(message, files, thread, where.recipient);
    const body = encode({ v: 1, mailbox: this.#keys.mailbox, case: name, message: sealed }, NEW_MESSAGE);
    this.#kept(await this.#line.ask("POST", "/api/inbox/messages", body), sealed.id);
  }

  async #report({ text, files, language }: Written, going: Going): Promise<void> {
    const { epochs } = await askDesk(this.#line);
    const sealing = new Sealing(epochs);
    const upload = new Upload(this.#line, files, going);
    for (const [note, parts] of await upload.all(() => sealing.file())) sealing.keep(note, parts);
    const sealed = sealing.finish({ text, language, mode: "browser", wishes: NOTHING_SAID, contact: this.#keys.contact });
    await handIn(this.#line, randomId(), sealed);
  }

  #kept(answer: Bytes, wanted: Id): void {
    if (decode(answer, KEPT).id !== wanted) throw new Refused("", 0);
  }
}

/** Return bytes as an address of their own, which nobody can ask for again. */
function addressOf(content: Blob, type: string): Promise<string> {
  return new Promise((read, failed) => {
    const reader = new FileReader();
    reader.onload = () => read(String(reader.result));
    reader.onerror = () => failed(new NotHere());
    reader.readAsDataURL(content.slice(0, content.size, `image/${type}`));
  });
}

function messageOf({ number, reply, message, twice }: Shown, opened: Opened): ShownMessage {
  const kind = message ? "message" : expired(reply) ? "expired" : "forged";
  const stored = new Set(reply.files.files.map((file) => file.id));
  const files = (message?.files ?? []).filter((note) => stored.has(note.id)).map(({ id, name, size }) => ({ id, name, size }));
  const question = message?.question;
  const asked = question ? { id: question.id, content: question.content, items: question.items, standing: opened.standing(question) } : null;
  const heard = message?.heard ?? null;
  const about = heard && opened.questions.find((each) => hashOfQuestion(each) === heard.question);
  return { id: reply.id, number, kind, twice, text: message?.text ?? "", files, asked, heard, about: about?.content ?? null };
}
