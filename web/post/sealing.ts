// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The worker's side: seals one post, works a moment for it, and sends it until the server has acknowledged.
 *
 * The server gets sealed bytes, a name under which a token finds them, and which campaign it is for. The name is another one
 * than the hash that the batch publishes. Who wants no receipt asks for the same, so that nobody on the line learns who wants one.
 * See spec/campaign.md, spec/browser.md; T02, T10, T20.
 */

import { asked, spend } from "../core/effort.ts";
import { decode, encode } from "../core/encoding.ts";
import { Malformed, OmbudsError } from "../core/errors.ts";
import { hashOf } from "../core/keys.ts";
import { sealPost, waitsOf } from "../core/posts.ts";
import { withdrawalOf } from "../core/source_keys.ts";
import { KEPT, NEW_POST } from "../core/wire_posts.ts";
import { newEntropy, toWords, wordList } from "../core/words.ts";
import { Line, Refused } from "../sealer/line.ts";
import type { Confirmed, List, Order, Told, Why } from "./orders.ts";

/** Refusals that the page has a sentence for. */
const SAID: Readonly<Record<string, Why>> = { NotHere: "over", AlreadyUsed: "received", StoreFull: "full" };

/** Take orders until the page ends. */
export function answerOrders(): void {
  const line = new Line({ left: () => tell({ told: "going" }), waiting: () => tell({ told: "waiting" }) });
  const heard = ({ data }: MessageEvent<Order>): Promise<void> =>
    send(line, data.confirmed).then(
      (words) => tell({ told: "kept", words }),
      (wrong: unknown) => tell({ told: "failed", why: why(wrong) }),
    );
  addEventListener("message", (event: MessageEvent<Order>) => void heard(event));
  tell({ told: "begun" });
}

/** Seal and send a post and return the words of its receipt, if one is wanted. Raises Refused, Malformed, ContentChanged. */
async function send(line: Line, confirmed: Confirmed): Promise<readonly string[]> {
  const { id, instance, terms, post, region, near, files, lists, receipt } = confirmed;
  const entropy = newEntropy();
  // Written out before anything is kept: words that could not be shown afterwards would take nothing back. Written out for
  // everybody, so that a list that is withheld or changed on the way stops all alike.
  const written = new Map<string, readonly string[]>();
  for (const list of lists) written.set(list.language, toWords(entropy, await listOf(line, list)));
  const words = receipt ? written.get(receipt) : [];
  if (!words) throw new Malformed("no such list of words");
  const token = withdrawalOf(entropy, instance);
  const withdraw = hashOf(token);
  const content = sealPost({ v: 1, instance_id: instance, mode: "browser", post, withdraw, region, near, files }, terms);
  const effort = spend(id, hashOf(content), asked(content.length));
  const sent = encode({ v: 1, id, campaign: terms.campaign, withdraw: waitsOf(token), content, effort }, NEW_POST);
  const kept = decode(await line.ask("POST", "/api/reports", sent), KEPT);
  if (kept.id !== id) throw new Refused("", 0);
  return words;
}

/** Fetch the list and check that it is the one that the page names. Raises Refused, Malformed. */
async function listOf(line: Line, { language, address, sha256 }: List): Promise<ReturnType<typeof wordList>> {
  const text = await line.ask("GET", address);
  if (hashOf(text) !== sha256) throw new Malformed("another list of words");
  return wordList(language, new TextDecoder().decode(text));
}

function why(wrong: unknown): Why {
  const kind = wrong instanceof OmbudsError || wrong instanceof Refused ? wrong.kind : "";
  return SAID[kind] ?? "plain";
}

function tell(told: Told): void {
  postMessage(told);
}
