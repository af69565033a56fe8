// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The ways in which a source's browser can refuse, in the same tree as in Python, ordered by whose fault it is.
 *
 * The sentences stand once, in src/ombuds/core/errors.py, and come with the page in its language: here are the names by
 * which they are found, without those that only a server or a desk gives. A detail may be handed in, but it never holds
 * content, names, words or keys; a word's place and spelling are shown only to the person who typed it. This file raises
 * nothing itself. See spec/errors.md.
 */

/** Something went wrong. `kind` is the name that survives when a bundle shortens all others. */
export class OmbudsError extends Error {
  readonly kind: string = "OmbudsError";
  readonly detail: string;

  constructor(detail = "") {
    super(detail);
    this.detail = detail;
  }
}

// The bytes are wrong: somebody sent, stored or changed something that is not what it says it is.

export class BadBytes extends OmbudsError {
  override readonly kind: string = "BadBytes";
}

export class Malformed extends BadBytes {
  override readonly kind = "Malformed";
}

export class NotSealedForThis extends BadBytes {
  override readonly kind = "NotSealedForThis";
}

export class Tampered extends BadBytes {
  override readonly kind = "Tampered";
}

export class ForgedMessage extends BadBytes {
  override readonly kind = "ForgedMessage";
}

export class BadSignature extends BadBytes {
  override readonly kind = "BadSignature";
}

// The source's side.

export class WordsWrong extends OmbudsError {
  override readonly kind: string = "WordsWrong";
}

export class WordUnknown extends WordsWrong {
  override readonly kind = "WordUnknown";
}

export class WordsMixed extends WordsWrong {
  override readonly kind = "WordsMixed";
}

export class WordsCount extends WordsWrong {
  override readonly kind = "WordsCount";
}

export class WordsChecksum extends WordsWrong {
  override readonly kind = "WordsChecksum";
}

export class ReportEmpty extends OmbudsError {
  override readonly kind = "ReportEmpty";
}

export class TooLarge extends OmbudsError {
  override readonly kind = "TooLarge";
}

export class TooManyExcluded extends OmbudsError {
  override readonly kind = "TooManyExcluded";
}

// The rules of custody.

export class NotEnough extends OmbudsError {
  override readonly kind = "NotEnough";
}

export class NotThisApproval extends OmbudsError {
  override readonly kind = "NotThisApproval";
}

export class Expired extends OmbudsError {
  override readonly kind = "Expired";
}

export class ShareWrong extends OmbudsError {
  override readonly kind = "ShareWrong";
}

export class NotAMember extends OmbudsError {
  override readonly kind = "NotAMember";
}

export class CharterRefused extends OmbudsError {
  override readonly kind = "CharterRefused";
}

export class FreshnessStale extends OmbudsError {
  override readonly kind = "FreshnessStale";
}

export class OrderWrong extends OmbudsError {
  override readonly kind = "OrderWrong";
}

// The public record.

export class RecordBroken extends OmbudsError {
  override readonly kind: string = "RecordBroken";
}

export class ContentChanged extends RecordBroken {
  override readonly kind = "ContentChanged";
}

export class NotHere extends OmbudsError {
  override readonly kind = "NotHere";
}
