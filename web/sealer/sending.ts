// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Seals a report in the browser, uploads it in parts and has it acknowledged; only then are there words.
 *
 * What can be refused is refused before a file is uploaded. A file is read, sealed and sent in pieces and never held as a
 * whole. Parts that no report names are swept by the server: when a source stops for so long that they were, or the week's
 * keys changed meanwhile, everything is sealed anew. A sealed report costs a moment of work. See spec/sealing.md,
 * spec/browser.md, spec/effort.md; T08, T10, T20, promise 3.
 */

import { sealedSize } from "../core/age.ts";
import { type FileNote, type FileParts, type FileSealer, hashOfManifest, type Piece, rung } from "../core/attachments.ts";
import { spendInTurns } from "../core/effort.ts";
import { decode, encode } from "../core/encoding.ts";
import { ReportEmpty, TooLarge } from "../core/errors.ts";
import { type Bytes, type Id, joinedBytes } from "../core/keys.ts";
import { type Sealed, Sealing } from "../core/sealing.ts";
import { derive } from "../core/source_keys.ts";
import { KEPT, NEW_REPORT } from "../core/wire.ts";
import { newEntropy, toWords } from "../core/words.ts";
import { listOf } from "./lists.ts";
import { askDesk } from "./desk.ts";
import { Refused, type Line } from "./line.ts";
import type { Limits, Report } from "./orders.ts";

const BLOCK = 1024 * 1024;
const UNKNOWN_TYPE = "application/octet-stream";
const MEDIA_TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/;
const TRIES = 3;

/** A file cannot be read any more: it was moved, changed or taken out with its card. */
export class FileGone extends Error {}

/** Tells how many sealed bytes are on the server, of how many. */
export type Going = (done: number, total: number) => void;

/** Seal and send a report and return its words. Raises Unsafe, Refused, FileGone, ReportEmpty, TooLarge, TooManyExcluded. */
export async function send(line: Line, report: Report, limits: Limits, going: Going): Promise<readonly string[]> {
  if (!report.text.trim() && !report.files.length) throw new ReportEmpty();
  checkAmount(report.files, limits);
  for (let tries = 1; ; tries += 1) {
    try {
      return await sendOnce(line, report, going);
    } catch (refused) {
      if (tries === TRIES || !(refused instanceof Refused) || !isOutdated(refused)) throw refused;
    }
  }
}

/** Check the sizes before anything is sealed. Raises TooLarge. */
export function checkAmount(files: readonly File[], limits: Limits): void {
  if (files.length > limits.most || sealedSizeOf(files) > limits.largest) throw new TooLarge();
}

function sealedSizeOf(files: readonly File[]): number {
  return files.reduce((sum, file) => sum + sealedSize(rung(file.size)), 0);
}

/** Whether time went over a report: its parts were swept, or the members have other keys now. */
function isOutdated(refused: Refused): boolean {
  return refused.kind === "NotHere" || refused.kind === "OrderWrong";
}

async function sendOnce(line: Line, report: Report, going: Going): Promise<readonly string[]> {
  const { charter, epochs } = await askDesk(line);
  const keys = derive(newEntropy(), charter.instanceId);
  // Written out before anything is kept: words that could not be shown afterwards would open nothing.
  const words = toWords(keys.entropy, listOf(report.wordsLanguage));
  const sealing = new Sealing(epochs);
  sealing.checkPossible(report.text, report.wishes, report.files.length);
  const upload = new Upload(line, report.files, going);
  for (const [note, parts] of await upload.all(() => sealing.file())) sealing.keep(note, parts);
  const { text, language, wishes, nonce } = report;
  const sealed = sealing.finish({ text, language, mode: "browser", wishes, contact: keys.contact });
  await handIn(line, nonce, sealed);
  return words;
}

/** Work a moment for a sealed report and have it acknowledged. Raises Refused. */
export async function handIn(line: Line, nonce: Id, sealed: Sealed): Promise<void> {
  const effort = await spendInTurns(sealed.id, hashOfManifest(sealed.manifest), () => new Promise((done) => setTimeout(done)));
  const kept = decode(await line.ask("POST", "/api/reports", encode({ v: 1, nonce, sealed, effort }, NEW_REPORT)), KEPT);
  if (kept.id !== sealed.id) throw new Refused("", 0);
}

/** The files of one report on their way. */
export class Upload {
  readonly #line: Line;
  readonly #files: readonly File[];
  readonly #going: Going;
  readonly #total: number;
  #done = 0;
  #part: Uint8Array[] = [];

  constructor(line: Line, files: readonly File[], going: Going) {
    this.#line = line;
    this.#files = files;
    this.#going = going;
    this.#total = sealedSizeOf(files);
    going(0, this.#total);
  }

  /** Seal every file and put its parts on the server. Raises FileGone, Refused. */
  async all(sealerOf: () => FileSealer): Promise<readonly (readonly [FileNote, FileParts])[]> {
    const kept = [];
    for (const file of this.#files) kept.push(await this.#one(file, sealerOf()));
    return kept;
  }

  async #one(file: File, sealer: FileSealer): Promise<readonly [FileNote, FileParts]> {
    for (let at = 0; at < file.size; at += BLOCK) await this.#send(sealer.write(await read(file, at)));
    const [pieces, note, parts] = sealer.finish(wellFormed(file.name), MEDIA_TYPE.test(file.type) ? file.type : UNKNOWN_TYPE);
    await this.#send(pieces);
    return [note, parts];
  }

  async #send(pieces: readonly Piece[]): Promise<void> {
    for (const piece of pieces) {
      this.#part.push(piece.content);
      if (!piece.done) continue;
      const content = joinedBytes(...this.#part);
      this.#part = [];
      await put(this.#line, piece.part, content);
      this.#done += content.length;
      this.#going(this.#done, this.#total);
    }
  }
}

/** Upload one sealed part. Raises Refused. */
async function put(line: Line, part: string, content: Bytes): Promise<void> {
  try {
    await line.ask("PUT", `/api/parts/${part}`, content);
  } catch (refused) {
    // A first try arrived although its answer did not; the server compares the hash when the report names the part.
    if (!(refused instanceof Refused && refused.kind === "AlreadyUsed")) throw refused;
  }
}

/** Half a character, which no text may hold, becomes a mark in its place. */
function wellFormed(name: string): string {
  return name.replace(/\p{Surrogate}/gu, "\ufffd");
}

async function read(file: File, at: number): Promise<Bytes> {
  try {
    return new Uint8Array(await file.slice(at, at + BLOCK).arrayBuffer());
  } catch {
    throw new FileGone();
  }
}
