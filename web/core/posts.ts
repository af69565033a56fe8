// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * One post of a campaign: as its supporter sends it, and as it is published. A browser writes and seals it.
 *
 * It is sealed to the campaign's moderation identity; the server reads none of it. What its supporter confirmed is what is
 * published, byte by byte, but for squares that members agreed to cover. Nothing in it says who sent it, or when. Opening and
 * ruling are for desks, in Python. See spec/campaign.md; T13, T14.
 */

import { Recipient, seal } from "./age.ts";
import { rung } from "./attachments.ts";
import { blank, bytes, encode, list, maybe, missing, type Of, oneOf, struct, text, whole } from "./encoding.ts";
import { ContentChanged, Malformed } from "./errors.ts";
import { checkSeen } from "./hiding.ts";
import { type Bytes, HASH, hashOf, ID, joinedBytes, utf8 } from "./keys.ts";
import { LONGEST_SENTENCE, NUMBER, POST_KIND, type Terms } from "./terms.ts";

const ANY = /^/;
const NEAR = /^([0-9a-f]{16})?$/;
const LINES = /[\r\n\0]/;
const SPACE = 0x20;
export const BADGES = 48;
export const [LARGE, SMALL, LARGEST_SMALL] = [1080, 400, 25 * 1024];

const short = text(ANY, 0, LONGEST_SENTENCE);
const choice = missing(maybe(whole(0, 99)), null);
const side = whole(1, LARGE);

/** A post's photograph as two JPEG files, by hash. */
const POST_PICTURE = struct({ large: text(HASH), small: text(HASH), width: side, height: side });

/** What readers see of one post. */
export const POST = struct({
  v: oneOf(1),
  campaign: text(ID),
  version: NUMBER,
  kind: POST_KIND,
  language: text(ANY, 2, 35),
  sentence: short,
  rank: choice,
  badge: missing(maybe(whole(0, BADGES - 1)), null),
  picture: missing(maybe(POST_PICTURE), null),
  shows: missing(short, ""),
});
export type Post = Of<typeof POST>;

/** What a supporter sends: the post, its files in order, and what only the desk sees. */
export const PENDING = struct({
  v: oneOf(1),
  instance_id: text(HASH),
  mode: oneOf("browser", "no-javascript"),
  post: POST,
  withdraw: text(HASH),
  region: choice,
  near: missing(text(NEAR), ""),
  files: missing(list(bytes, 2), []),
});
export type Pending = Of<typeof PENDING>;

/** Check that a post hangs together. Raises Malformed. */
export function checkPost(post: Post): void {
  if ((post.kind === "photo") !== (post.picture !== null) || (post.kind === "badge") !== (post.badge !== null)) {
    throw new Malformed("a post has a photograph or a drawn badge, as its kind says");
  }
  if (blank(post.sentence) || LINES.test(post.sentence)) throw new Malformed("a post has a sentence of one line");
  checkSeen(post.language, post.sentence, post.shows);
}

/** Check that these are a post's pictures; that they hold points alone was checked when they were made. Raises ContentChanged, Malformed. */
export function checkFiles(post: Post, files: readonly Uint8Array[]): void {
  const named = post.picture ? [post.picture.large, post.picture.small] : [];
  if (files.map(hashOf).join() !== named.join()) throw new ContentChanged("a picture is not the one that was confirmed");
  if ((files[1]?.length ?? 0) > LARGEST_SMALL) throw new Malformed("a small picture that is not small");
}

/** Seal a post to the campaign's moderation identity, padded up the ladder. Raises Malformed, ContentChanged. */
export function sealPost(pending: Pending, terms: Terms): Bytes {
  checkPost(pending.post);
  checkFiles(pending.post, pending.files);
  const content = encode(pending, PENDING);
  const padded = new Uint8Array(rung(content.length)).fill(SPACE);
  padded.set(content);
  return seal(padded, [Recipient.parse(terms.recipient)]);
}

/** Return the name under which a server finds a waiting post by its token: another one than the hash that its batch publishes. */
export function waitsOf(token: Bytes): string {
  return hashOf(joinedBytes(utf8("ombuds/1 waits"), token));
}
