// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Draft -> Sealed: a report is sealed to a throw-away identity E, and E is shared among the members' epoch keys.
 *
 * Files are sealed while they arrive, in pieces, so that memory does not grow with a file; the body is sealed last, because
 * it carries their names, true lengths and hashes. Sizes climb one ladder, so that a stored size tells little (T10). This
 * file does not open anything: members' machines do, in Python. See spec/sealing.md.
 */

import { Identity, seal } from "./age.ts";
import { FILE_NOTE, type FileNote, type FileParts, FileSealer, hashOfManifest, MANIFEST } from "./attachments.ts";
import type { Epochs } from "./charter.ts";
import { blank, bytes, encode, list, type Of, oneOf, struct, text, whole } from "./encoding.ts";
import { ReportEmpty, TooManyExcluded } from "./errors.ts";
import { type Bytes, HASH, type Hash, hashOf, ID, MEMBER_NAME, randomId } from "./keys.ts";
import { split } from "./shamir.ts";

const BODY_STEP = 16 * 1024;
const SPACE = 0x20;

export const MODES = ["browser", "command-line", "no-javascript"] as const;
export const HELPS = ["not-said", "advice", "contact", "publicity", "record"] as const;
export const PROBLEMS = [
  "not-said",
  "overtime",
  "quotas",
  "leave",
  "illegal-order",
  "retaliation",
  "dismissal",
  "citizens",
  "corruption",
  "harassment",
  "other",
] as const;

/** What help the source wants, about what, and which members must not read it. Whoever skipped a question said nothing. */
export const WISHES = struct({ help: oneOf(...HELPS), problem: oneOf(...PROBLEMS), exclude: list(text(MEMBER_NAME)) });
export type Wishes = Of<typeof WISHES>;

/** What comes without a form of its own: a message that becomes a report. */
export const NOTHING_SAID: Wishes = { help: "not-said", problem: "not-said", exclude: [] };

/** What a desk needs in order to answer a source: derived from the words by source_keys.ts. */
const CONTACT = struct({ mailbox: text(HASH), recipient: text(), consent_key: text(HASH), mac: bytes });
export type Contact = Of<typeof CONTACT>;

/** The inside of a report. */
const BODY = struct({
  v: oneOf(1),
  instance_id: text(HASH),
  mode: oneOf(...MODES),
  language: text(),
  text: text(),
  wishes: WISHES,
  contact: CONTACT,
  files: list(FILE_NOTE),
  nonce: text(ID),
});

/** One member's part of E, with all that is needed to notice a wrong one and to name it. */
const SHARE = struct({
  v: oneOf(1),
  instance_id: text(HASH),
  charter: text(HASH),
  member: text(MEMBER_NAME),
  epoch: whole(),
  k: whole(),
  n: whole(),
  x: whole(),
  share: bytes,
  mailbox: text(HASH),
  manifest: text(HASH),
  recipient_hash: text(HASH),
  share_hashes: list(text(HASH)),
});

/** A share sealed to one member's recipient of one week. */
const SEALED_SHARE = struct({ member: text(MEMBER_NAME), epoch: whole(), content: bytes });
type SealedShare = Of<typeof SEALED_SHARE>;

/** A sealed report, as it is sent, stored and fetched; file pieces travel beside it. */
export const SEALED = struct({
  v: oneOf(1),
  id: text(ID),
  instance_id: text(HASH),
  charter: text(HASH),
  mailbox: text(HASH),
  mode: oneOf(...MODES),
  manifest: MANIFEST,
  body: bytes,
  shares: list(SEALED_SHARE),
});
export type Sealed = Of<typeof SEALED>;

/** What an officer wrote, before sealing. Its files are those already sealed in the same Sealing. */
export interface Draft {
  readonly text: string;
  readonly language: string;
  readonly mode: (typeof MODES)[number];
  readonly wishes: Wishes;
  readonly contact: Contact;
}

/** One report being sealed: files first, as they come, then `finish` with the text. */
export class Sealing {
  readonly #to: Epochs;
  readonly #identity = Identity.generate();
  readonly #notes: FileNote[] = [];
  readonly #files: FileParts[] = [];

  constructor(to: Epochs) {
    this.#to = to;
  }

  /** Begin a file. */
  file(): FileSealer {
    return new FileSealer(this.#identity.recipient);
  }

  /** Add a finished file to the report. */
  keep(note: FileNote, parts: FileParts): void {
    this.#notes.push(note);
    this.#files.push(parts);
  }

  /** Return the members that a report would be sealed to, before its files are. Raises ReportEmpty, TooManyExcluded. */
  checkPossible(written: string, wishes: Wishes, files: number): readonly string[] {
    if (blank(written) && !files) throw new ReportEmpty();
    const members = [...this.#to.recipients.keys()].filter((name) => !wishes.exclude.includes(name));
    if (members.length < this.#to.minimum) throw new TooManyExcluded();
    return members;
  }

  /** Seal the text and share E among the members who are not left out. Raises ReportEmpty, TooManyExcluded, Malformed. */
  finish(draft: Draft): Sealed {
    const members = this.checkPossible(draft.text, draft.wishes, this.#notes.length);
    const { mode, contact } = draft;
    const { instanceId: instance_id, charter } = this.#to;
    const inside = { v: 1, instance_id, mode, language: draft.language, text: draft.text, wishes: draft.wishes, contact } as const;
    const body = seal(padded(encode({ ...inside, files: this.#notes, nonce: randomId() }, BODY)), [this.#identity.recipient]);
    const manifest = { body: hashOf(body), files: this.#files };
    const shares = this.#shares(members, contact.mailbox, hashOfManifest(manifest));
    return { v: 1, id: randomId(), instance_id, charter, mailbox: contact.mailbox, mode, manifest, body, shares };
  }

  #shares(members: readonly string[], mailbox: Hash, manifest: Hash): readonly SealedShare[] {
    const { instanceId: instance_id, charter, epoch, threshold: k, recipients } = this.#to;
    const n = members.length;
    const secrets = split(this.#identity.seed, k, n);
    const said = { v: 1, instance_id, charter, epoch, k, n, mailbox, manifest } as const;
    const checks = { recipient_hash: this.#identity.recipient.hash, share_hashes: secrets.map(hashOf) };
    return secrets.flatMap((share, place) => {
      const member = members[place] ?? "";
      const recipient = recipients.get(member);
      if (!recipient) return [];
      return [{ member, epoch, content: seal(encode({ ...said, ...checks, member, x: place + 1, share }, SHARE), [recipient]) }];
    });
  }
}

/** Fill JSON with spaces to a multiple of 16 KiB; readers skip trailing spaces. */
export function padded(content: Uint8Array): Bytes {
  const whole = new Uint8Array(Math.ceil(content.length / BODY_STEP) * BODY_STEP).fill(SPACE);
  whole.set(content);
  return whole;
}
