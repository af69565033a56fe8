// SPDX-License-Identifier: AGPL-3.0-or-later
/** Seals reports as a browser does, from what a server answers to what a server is handed. */

import { Identity, openSealed, Opener, Recipient, seal, Sealer, sealedSize } from "../core/age.ts";
import { FileOpener, type FileSealer, hashOfManifest, type Piece, rung } from "../core/attachments.ts";
import { checkFreshness, type Epochs, fingerprint, follow, sealingMinimum } from "../core/charter.ts";
import { spend } from "../core/effort.ts";
import { decode, encode } from "../core/encoding.ts";
import { FreshnessStale, OmbudsError } from "../core/errors.ts";
import { daysFrom, epochOf, hex, joinedBytes, randomBelow, randomBytes, randomId, RunningHash, utf8 } from "../core/keys.ts";
import { HELPS, MODES, PROBLEMS, Sealing, type Wishes } from "../core/sealing.ts";
import { split } from "../core/shamir.ts";
import { derive } from "../core/source_keys.ts";
import { NEW_REPORT, SEALING_NOW } from "../core/wire.ts";
import { newEntropy, toWords } from "../core/words.ts";
import { fromBase64, fromHex, LISTS, toBase64 } from "./vectors.ts";

export interface File {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly cut: number;
}

interface Report {
  readonly sealing: string;
  readonly today: string;
  readonly text: string;
  readonly wishes: Wishes;
  readonly language: "en" | "ru";
  readonly files: readonly File[];
}

export const text = (content: Uint8Array): string => new TextDecoder().decode(content);

/** Return whom to seal to and the desk's instance. */
function asked({ sealing, today }: { sealing: string; today: string }): readonly [Epochs, string, number] {
  const now = decode(utf8(sealing), SEALING_NOW);
  const charter = follow(now.charters);
  if (!now.freshness) throw new FreshnessStale();
  return [checkFreshness(now.freshness, now.epochs, charter, today), charter.instanceId, sealingMinimum(charter)];
}

/** Cut a file into pieces of its size and seal them; return what was stored, by part, and what the sealer said of it. */
export function sealedFile(file: File, sealer: FileSealer): readonly [Record<string, string>, ReturnType<FileSealer["finish"]>] {
  const content = fromBase64(file.content);
  const pieces: Piece[] = [];
  for (let at = 0; at < content.length; at += file.cut) pieces.push(...sealer.write(content.subarray(at, at + file.cut)));
  const done = sealer.finish(file.name, file.type);
  pieces.push(...done[0]);
  const stored = new Map<string, Uint8Array[]>();
  for (const piece of pieces) stored.set(piece.part, [...(stored.get(piece.part) ?? []), piece.content]);
  return [Object.fromEntries([...stored].map(([part, each]) => [part, toBase64(joinedBytes(...each))])), done];
}

export const reports = {
  now(job: { sealing: string; today: string }) {
    const [to, instanceId, minimum] = asked(job);
    const recipients = [...to.recipients].map(([name, recipient]) => [name, recipient.hash]);
    return { epoch: to.epoch, threshold: to.threshold, minimum, charter: to.charter, fingerprint: fingerprint(instanceId), recipients };
  },
  report(job: Report) {
    const [to, instanceId] = asked(job);
    const sealing = new Sealing(to);
    sealing.checkPossible(job.text, job.wishes, job.files.length);
    const parts: Record<string, string> = {};
    for (const file of job.files) {
      const [stored, [, note, listed]] = sealedFile(file, sealing.file());
      Object.assign(parts, stored);
      sealing.keep(note, listed);
    }
    const keys = derive(newEntropy(), instanceId);
    const sealed = sealing.finish({ text: job.text, language: job.language, mode: "browser", wishes: job.wishes, contact: keys.contact });
    const effort = spend(sealed.id, hashOfManifest(sealed.manifest));
    const handed = text(encode({ v: 1, nonce: randomId(), sealed, effort }, NEW_REPORT));
    return { handed, parts, entropy: hex(keys.entropy), words: toWords(keys.entropy, LISTS[job.language]).join(" ") };
  },
  choices: () => ({ modes: MODES, helps: HELPS, problems: PROBLEMS }),
  rungs: ({ sizes }: { sizes: readonly number[] }) => sizes.map((size) => [rung(size), sealedSize(size)]),
  days: ({ days }: { days: readonly string[] }) => days.map((day) => [epochOf(day), daysFrom("2026-11-25", day)]),
  split: ({ secret, k, n }: { secret: string; k: number; n: number }) => split(fromHex(secret), k, n).map(hex),
  below: ({ limit, draws }: { limit: number; draws: number }) => Array.from({ length: draws }, () => randomBelow(limit)),
  bytes: ({ length }: { length: number }) => hex(randomBytes(length)),
  seal: ({ plain, recipients }: { plain: string; recipients: readonly string[] }) => toBase64(seal(fromBase64(plain), recipients.map(Recipient.parse))),
  pieces({ plain, cuts, seed }: { plain: string; cuts: readonly number[]; seed: string }) {
    const content = fromBase64(plain);
    const identity = new Identity(fromHex(seed));
    const sealer = new Sealer([identity.recipient]);
    const opener = new Opener(identity);
    const inPieces = (whole: Uint8Array, take: (piece: Uint8Array) => Uint8Array): readonly Uint8Array[] => {
      const edges = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((one, other) => one - other), whole.length];
      return edges.slice(1).map((end, place) => take(whole.subarray(edges[place], end)));
    };
    const sealed = joinedBytes(sealer.header, ...inPieces(content, (piece) => sealer.update(piece)), sealer.finish());
    const opened = joinedBytes(...inPieces(sealed, (piece) => opener.update(piece)), opener.finish());
    return [toBase64(sealed), toBase64(opened), toBase64(openSealed(sealed, identity))];
  },
  soFar({ seed, file, step }: { seed: string; file: string; step: number }) {
    const opener = new Opener(new Identity(fromHex(seed)));
    const content = fromBase64(file);
    const plain = new RunningHash();
    try {
      for (let at = 0; at < content.length; at += step) plain.update(opener.update(content.subarray(at, at + step)));
      plain.update(opener.finish());
      return ["", plain.hash()];
    } catch (refused) {
      if (!(refused instanceof OmbudsError)) throw refused;
      return [refused.kind, plain.hash()];
    }
  },
  opened_file({ note, seed, content, cut }: { note: string; seed: string; content: string; cut: number }) {
    const opener = new FileOpener(JSON.parse(note) as never, new Identity(fromHex(seed)));
    const sealed = fromBase64(content);
    const plain: Uint8Array[] = [];
    for (let at = 0; at < sealed.length; at += cut) plain.push(opener.write(sealed.subarray(at, at + cut)));
    return toBase64(joinedBytes(...plain, opener.finish()));
  },
};
