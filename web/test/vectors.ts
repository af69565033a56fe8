// SPDX-License-Identifier: AGPL-3.0-or-later
/** What a case of each file in vectors/ asks of web/core. The field names are those of the vectors. */

import { openSealed, Identity, Recipient } from "../core/age.ts";
import { rung } from "../core/attachments.ts";
import { keysOf, fingerprint, follow } from "../core/charter.ts";
import { allowed, answer, hashOfQuestion, QUESTION } from "../core/consent.ts";
import { CONTENT } from "../core/content.ts";
import { bytes, day, decode, decodeCanonical, encode, flag, list, maybe, missing, oneOf, struct, text as words, whole } from "../core/encoding.ts";
import { asked, bitsOf, spend } from "../core/effort.ts";
import { ENVELOPE, read, signers } from "../core/envelope.ts";
import { checkSignature, hex, hkdf, publicKeyOf, signature, unhex, utf8 } from "../core/keys.ts";
import { checkMessage, type Direction } from "../core/messages.ts";
import { checkFiles, checkPost, PENDING, sealPost } from "../core/posts.ts";
import { derive } from "../core/source_keys.ts";
import { readWords, toWords, wordList } from "../core/words.ts";
import { WORDS as ENGLISH } from "../core/wordlist_en.ts";
import { WORDS as RUSSIAN } from "../core/wordlist_ru.ts";

type Texts = Readonly<Record<string, string>>;

export const LISTS = { en: wordList("en", ENGLISH), ru: wordList("ru", RUSSIAN) };

export const fromHex = (text: string): Uint8Array<ArrayBuffer> => unhex(text, text.length / 2);
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, "base64"));
export const toBase64 = (content: Uint8Array): string => Buffer.from(content).toString("base64");

/** A struct of every kind; tests/web/test_encoding.py has its twin. */
const SAMPLE = struct({
  v: oneOf(1),
  text: words(),
  number: whole(),
  flag,
  on: day,
  raw: bytes,
  name: words(/^[a-z]{1,8}$/),
  items: list(words(/^/, 0, 3), 2),
  inner: maybe(struct({ word: oneOf("a", "b") })),
  late: missing(whole(0, 9), 3),
});

export const vectors = {
  list: ({ language }: { language: "en" | "ru" }) => LISTS[language].words,
  write: ({ entropy, language }: { entropy: string; language: "en" | "ru" }) => toWords(fromHex(entropy), LISTS[language]).join(" "),
  read: ({ text }: Texts & { text: string }) => hex(readWords(text, Object.values(LISTS))),
  hkdf: ({ secret, salt, label, length }: { secret: string; salt: string; label: string; length: number }) =>
    hex(hkdf(fromHex(secret), fromHex(salt), fromHex(label), length)),
  sign: ({ seed, content }: { seed: string; content: string }) => [publicKeyOf(fromHex(seed)), hex(signature(fromHex(seed), fromHex(content)))],
  check: (job: { public: string; signature: string; content: string }) => checkSignature(job.public, fromHex(job.signature), fromHex(job.content)),
  file: ({ file, identity }: { file: string; identity: string }) => toBase64(openSealed(fromBase64(file), Identity.parse(identity))),
  key({ identity, recipient }: { identity: string; recipient: string }) {
    const own = Identity.parse(identity);
    const read = Recipient.parse(recipient);
    return { seed: hex(own.seed), identity: own.text, recipient: own.recipient.text, recipient_hash: read.hash };
  },
  mistyped: ({ kind, text }: { kind: string; text: string }) => (kind === "identity" ? Identity.parse(text).text : Recipient.parse(text).text),
  source({ entropy, instance_id, generations }: { entropy: string; instance_id: string; generations: readonly string[] }) {
    const keys = derive(fromHex(entropy), instance_id);
    return {
      mailbox: hex(keys.mailbox),
      mailbox_hash: keys.mailboxHash,
      identity: keys.identity.text,
      recipient_hash: keys.identity.recipient.hash,
      consent_seed: hex(keys.consent),
      consent: publicKeyOf(keys.consent),
      withdrawal: hex(keys.withdrawal),
      macs: Object.fromEntries(generations.map((each) => [each, hex(keys.mac(Number(each)))])),
    };
  },
  signers: (job: { type: string; keys: Texts; envelope: string }) => signers(read(utf8(job.envelope)), job.type, new Map(Object.entries(job.keys))),
  charters: ({ charters }: { charters: readonly string[] }) => {
    const now = follow(charters.map((text) => read(utf8(text))));
    return { version: now.charter.version, fingerprint: fingerprint(now.instanceId), members: [...keysOf(now.charter).keys()] };
  },
  effort: ({ name, content, number }: { name: string; content: string; number: number }) => bitsOf(name, content, number),
  asked: ({ size }: { size: number }) => asked(size),
  spend: ({ name, content, bits }: { name: string; content: string; bits: number }) => spend(name, content, bits),
  pending({ pending }: { pending: string }) {
    const read = decodeCanonical(utf8(pending), PENDING);
    checkPost(read.post);
    checkFiles(read.post, read.files);
    const content = encode(read, PENDING);
    return [new TextDecoder().decode(content), rung(content.length)];
  },
  post: ({ pending, recipient }: { pending: string; recipient: string }) =>
    toBase64(sealPost(decode(utf8(pending), PENDING), { campaign: "", version: 1, recipient })),
  message(job: { instance_id: string; mailbox: string; generation: number; secret: string; direction: Direction; plain: string }) {
    const thread = { instanceId: job.instance_id, mailbox: job.mailbox, generation: job.generation, secret: fromHex(job.secret) };
    return checkMessage(utf8(job.plain), thread, job.direction).text;
  },
  question: ({ question }: { question: string }) => hashOfQuestion(decode(utf8(question), QUESTION)),
  allowed: ({ question, without }: { question: string; without: readonly string[] }) =>
    new TextDecoder().decode(encode(allowed(decode(utf8(question), QUESTION).content, without), CONTENT)),
  envelope: ({ envelope }: Texts & { envelope: string }) => new TextDecoder().decode(encode(read(utf8(envelope)), ENVELOPE)),
  json: ({ content }: { content: string }) => toBase64(encode(decodeCanonical(fromBase64(content), SAMPLE), SAMPLE)),
  consent(job: { question: string; mailbox: string; choice: "agree" | "refuse" | "revoke"; without: readonly string[]; seed: string }) {
    const signed = answer(decode(utf8(job.question), QUESTION), job.mailbox, job.choice, job.without, fromHex(job.seed));
    return new TextDecoder().decode(encode(signed, ENVELOPE));
  },
};
