// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What readers see of a publication, field by field: texts, claims, right of reply, clock, outcome, press, pictures.
 *
 * A browser reads it inside the desk's question, to show a source exactly what would become public and to write the same
 * bytes again for their hash. It publishes nothing and does not judge whether the parts hang together: the desk and every
 * mirror do, in Python. See spec/publication.md.
 */

import { day, list, maybe, missing, type Of, oneOf, struct, text, whole } from "./encoding.ts";
import { HASH } from "./keys.ts";
import { PROBLEMS } from "./sealing.ts";

const ANY = /^/;
const SUBJECT = /^([0-9a-f]{32})?$/;
const language = text(ANY, 2, 35);
const name = text(ANY, 0, 300);
const sentence = text(ANY, 0, 2_000);
const passage = text(ANY, 0, 20_000);
const address = text(ANY, 0, 2_000);
const side = whole(1, 10_000);

/** The words of a publication in one language. */
const TEXT = struct({ language, title: name, summary: sentence, body: text(ANY, 0, 100_000) });

/** The same thing in each language of the publication, in their order. */
const WORDS = list(struct({ language, text: passage }), 20);

/** A public source that a text rests on. */
const PUBLIC_SOURCE = struct({ title: name, url: address });

/** One sentence that can be checked, how the desk knows it, and how many members verified it. */
const CLAIM = struct({ kind: oneOf("fact", "assessment", "inference"), says: WORDS, known: WORDS, verified: whole(0, 99) });

/** What somebody answered who was asked, in the language of the answer. */
const ANSWER = struct({ day, language, text: passage });

/** Who was asked for their side, on which day, until which day, and the answer, if there is one. */
const RIGHT_OF_REPLY = struct({ who: WORDS, asked: day, by: day, answer: missing(maybe(ANSWER), null) });

/** What came of it, and who says so. */
const OUTCOME = struct({ says: WORDS, told_by: oneOf("institution", "source", "desk") });

/** What a newspaper or station made of it. */
const PRESS = struct({
  outlet: name,
  day,
  language,
  title: name,
  url: address,
  quotation: missing(sentence, ""),
  translations: missing(WORDS, []),
  translator: missing(name, ""),
});

/** A picture beside the text: the hash of its bytes, its shape, whom to credit, and what it shows, in words. */
const PICTURE = struct({ sha256: text(HASH), type: oneOf("jpeg", "png"), width: side, height: side, credit: name, shows: WORDS });

/** What readers see of a story or an update, exactly. */
export const CONTENT = struct({
  v: oneOf(1),
  kind: oneOf("story", "update"),
  texts: list(TEXT, 20),
  problem: missing(maybe(oneOf(...PROBLEMS)), null),
  region: missing(name, ""),
  rank: missing(name, ""),
  status: missing(oneOf("open", "asked", "answered", "fixed", "refused", "closed"), "open"),
  tags: missing(list(name, 20), []),
  sources: missing(list(PUBLIC_SOURCE, 50), []),
  since: missing(maybe(day), null),
  awaited: missing(WORDS, []),
  claims: missing(list(CLAIM, 30), []),
  quotes: missing(list(WORDS, 20), []),
  replies: missing(list(RIGHT_OF_REPLY, 10), []),
  outcome: missing(maybe(OUTCOME), null),
  press: missing(list(PRESS, 50), []),
  pictures: missing(list(PICTURE, 4), []),
  story: missing(text(SUBJECT), ""),
  correction: missing(WORDS, []),
});
export type Content = Of<typeof CONTENT>;
