// SPDX-License-Identifier: AGPL-3.0-or-later
/** Opens an inbox as a browser does, and writes what a source answers. */

import { FileSealer } from "../core/attachments.ts";
import { follow, type InForce } from "../core/charter.ts";
import { answer, type Choice } from "../core/consent.ts";
import { CONTENT } from "../core/content.ts";
import { decode, encode } from "../core/encoding.ts";
import { NotHere, OrderWrong } from "../core/errors.ts";
import { hashOf, utf8 } from "../core/keys.ts";
import { type Message, writeMessage } from "../core/messages.ts";
import { expired, openCases, type Opened, openInbox, sealFollowup, type Where, whereOf, withoutFillers } from "../core/source.ts";
import { derive, type SourceKeys } from "../core/source_keys.ts";
import { INBOX_ASKED, INBOX_SEEN, KEPT, NEW_MESSAGE, PART_ASKED, REFUSAL, REPLIES_DELETED, SEALING_NOW } from "../core/wire.ts";
import { readWords } from "../core/words.ts";
import { type File, sealedFile, text } from "./reports.ts";
import { LISTS, toBase64 } from "./vectors.ts";

interface Visit {
  readonly sealing: string;
  readonly today: string;
  readonly words: string;
  readonly seen: string;
}

interface Here {
  readonly charter: InForce;
  readonly keys: SourceKeys;
  readonly places: readonly Where[];
  readonly opened: Opened;
  readonly generation: number;
}

function visit(job: Visit): Here {
  const charter = follow(decode(utf8(job.sealing), SEALING_NOW).charters);
  const keys = derive(readWords(job.words, Object.values(LISTS)), charter.instanceId);
  const seen = decode(utf8(job.seen), INBOX_SEEN);
  const places = openCases(seen.cards, charter, keys.mailboxHash, job.today);
  const generation = places[0]?.card.generation ?? 0;
  const opened = openInbox(withoutFillers(seen.replies, keys.identity), keys.identity, keys.thread(generation));
  return { charter, keys, places, opened, generation };
}

function sent(here: Here, where: Where | undefined, message: Message, files: readonly File[]): unknown {
  if (!where) throw new OrderWrong("no case of yours is open");
  const parts: Record<string, string> = {};
  const uploaded = files.map((file) => {
    const [stored, [, note, listed]] = sealedFile(file, new FileSealer(where.recipient));
    Object.assign(parts, stored);
    return [note, listed] as const;
  });
  const whole = { ...message, case: where.card.case, number: here.opened.highest(where.card.case) };
  const sealed = sealFollowup(whole, uploaded, here.keys.thread(here.generation), where.recipient);
  const handed = encode({ v: 1, mailbox: here.keys.mailbox, case: where.card.case, message: sealed }, NEW_MESSAGE);
  return { handed: text(handed), parts };
}

export const inboxes = {
  opened(job: { instance_id: string; entropy: string; replies: readonly string[] }) {
    const keys = derive(new Uint8Array(Buffer.from(job.entropy, "hex")), job.instance_id);
    const contents = job.replies.map((each) => new Uint8Array(Buffer.from(each, "base64")));
    const replies = contents.map((content, at) => ({ id: at.toString(16).padStart(32, "0"), content, files: { body: hashOf(content), files: [] } }));
    return openInbox(replies, keys.identity, keys.thread(0)).replies.map(({ number, message, twice }) => [number, message?.text ?? null, twice]);
  },
  look(job: Visit) {
    const here = visit(job);
    const replies = here.opened.replies.map(({ number, reply, message, twice }) => ({
      number,
      expired: expired(reply),
      twice,
      text: message?.text ?? null,
      files: message?.files.map((note) => here.opened.file({ number, reply, message, twice }, note.id)) ?? [],
    }));
    const questions = here.opened.questions.map((question) => ({ content: text(encode(question.content, CONTENT)), case: here.opened.caseOf(question), standing: here.opened.standing(question) }));
    return { mailbox: toBase64(here.keys.mailbox), cases: here.places.map(({ card }) => card.case), replies, questions };
  },
  followup(job: Visit & { text: string; files: readonly File[] }) {
    const here = visit(job);
    return sent(here, whereOf(here.places, ""), writeMessage(here.keys.thread(here.generation), "source", 0, job.text), job.files);
  },
  respond(job: Visit & { choice: Choice; without: readonly string[] }) {
    const here = visit(job);
    const question = here.opened.questions.at(-1);
    if (!question) throw new NotHere();
    const given = answer(question, here.keys.mailboxHash, job.choice, job.without, here.keys.consent);
    const begun = writeMessage(here.keys.thread(here.generation), "source", 0, "");
    return sent(here, whereOf(here.places, here.opened.caseOf(question)), { ...begun, answer: given }, []);
  },
  said: ({ mailbox, ids }: { mailbox: string; ids: readonly [string, string] }) => {
    const secret = new Uint8Array(Buffer.from(mailbox, "base64"));
    return [
      encode({ v: 1, mailbox: secret }, INBOX_ASKED),
      encode({ v: 1, mailbox: secret, reply: ids[0], part: ids[1] }, PART_ASKED),
      encode({ v: 1, mailbox: secret, ids }, REPLIES_DELETED),
    ].map(text);
  },
  heard: ({ kept, refusal }: { kept: string; refusal: string }) => [decode(utf8(kept), KEPT), decode(utf8(refusal), REFUSAL)],
};
