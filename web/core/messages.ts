// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Messages between a source and the desk: sealed, and authenticated in both directions by a secret both sides share.
 *
 * The MAC is symmetric on purpose: both sides know that a message is genuine and neither can prove it to a third party. Desk
 * messages are numbered and list the ids that arrived; source messages tell the highest number seen; so both sides notice a
 * server that withholds (T19). With `heard` the desk says which answer of the source it has. A reply opened by the source shows
 * nothing of the source's own past messages (T08). This file does not decide when a reply is released or erased. See spec/messages.md.
 */

import { type Identity, openSealed, type Recipient, seal } from "./age.ts";
import { FILE_NOTE } from "./attachments.ts";
import { HEARD, QUESTION } from "./consent.ts";
import { bytes, decode, encode, flag, list, maybe, missing, type Of, oneOf, struct, text, whole } from "./encoding.ts";
import { ENVELOPE } from "./envelope.ts";
import { ForgedMessage } from "./errors.ts";
import { type Bytes, HASH, type Hash, ID, joinedBytes, macOf, randomId, same, utf8 } from "./keys.ts";
import { padded } from "./sealing.ts";

const CASE_NAME = /^([0-9a-f]{32})?$/;

/** One message. `number` counts the desk's messages of a case from 1; a source's message carries the highest it has seen. */
export const MESSAGE = struct({
  v: oneOf(1),
  instance_id: text(HASH),
  mailbox: text(HASH),
  direction: oneOf("source", "desk"),
  generation: whole(),
  id: text(ID),
  number: whole(),
  received: list(text(ID)),
  text: text(),
  /** The case that a message belongs to; empty in a message that names none. */
  case: missing(text(CASE_NAME), ""),
  files: missing(list(FILE_NOTE), []),
  question: missing(maybe(QUESTION), null),
  answer: missing(maybe(ENVELOPE), null),
  close: missing(flag, false),
  heard: missing(maybe(HEARD), null),
  mac: missing(bytes, new Uint8Array(0)),
});
export type Message = Of<typeof MESSAGE>;
export type Direction = Message["direction"];

/** What both sides share about one inbox: whose it is, and the secret of the current generation. */
export interface Thread {
  readonly instanceId: Hash;
  readonly mailbox: Hash;
  readonly generation: number;
  readonly secret: Bytes;
}

/** Begin a plain message; add files or an answer by copying it before sealing. */
export function writeMessage(thread: Thread, direction: Direction, number: number, written: string): Message {
  const { instanceId: instance_id, mailbox, generation } = thread;
  const whose = { v: 1, instance_id, mailbox, direction, generation } as const;
  const rest = { case: "", files: [], question: null, answer: null, close: false, heard: null, mac: new Uint8Array(0) };
  return { ...whose, id: randomId(), number, received: [], text: written, ...rest };
}

/** Authenticate and seal a message, padded to a multiple of 16 KiB. */
export function sealMessage(message: Message, thread: Thread, recipient: Recipient): Bytes {
  return seal(padded(encode({ ...message, mac: macIn(message, thread.secret) }, MESSAGE)), [recipient]);
}

/**
 * Open a message and check that the other side wrote it, for this inbox and generation.
 *
 * Raises NotSealedForThis, Tampered, Malformed, ForgedMessage.
 */
export function openMessage(sealed: Uint8Array, identity: Identity, thread: Thread, direction: Direction): Message {
  return checkMessage(openSealed(sealed, identity), thread, direction);
}

/** Read the inside of a message and check who wrote it. Raises Malformed, ForgedMessage. */
export function checkMessage(plain: Uint8Array, thread: Thread, direction: Direction): Message {
  const message = decode(plain, MESSAGE);
  const ours = message.instance_id === thread.instanceId && message.mailbox === thread.mailbox;
  if (!ours || message.generation !== thread.generation || message.direction !== direction) throw new ForgedMessage();
  if (!same(macIn(message, thread.secret), message.mac)) throw new ForgedMessage();
  return message;
}

function macIn(message: Message, secret: Uint8Array): Bytes {
  return macOf(secret, joinedBytes(utf8("ombuds/1 message\0"), encode({ ...message, mac: new Uint8Array(0) }, MESSAGE)));
}
