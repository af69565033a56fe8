# SPDX-License-Identifier: AGPL-3.0-or-later
"""The vault's tables, as the steps that lead to them: a new vault takes all of them, an older one those that it lacks.

A step that was shipped is never changed; the next one stands below it. What a step fills in from what is there already is
written in upgrade.py. See spec/vault.md.
"""

from __future__ import annotations

FIRST = """
CREATE TABLE note (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE epoch (week INTEGER PRIMARY KEY, seed BLOB NOT NULL, statement BLOB NOT NULL);
CREATE TABLE leaf (place INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE report (id TEXT PRIMARY KEY, submission TEXT NOT NULL, sealed BLOB NOT NULL, share BLOB, day TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX report_by_day ON report (day, id);
CREATE INDEX report_by_submission ON report (submission);
CREATE TABLE proposal (hash TEXT PRIMARY KEY, content BLOB NOT NULL, done INTEGER NOT NULL, answer TEXT NOT NULL, day TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX proposal_waiting ON proposal (done, day, hash);
CREATE TABLE identity (holder TEXT NOT NULL, generation INTEGER NOT NULL, seed BLOB NOT NULL, PRIMARY KEY (holder, generation)) WITHOUT ROWID;
CREATE TABLE matter (id TEXT PRIMARY KEY, state TEXT NOT NULL, day TEXT NOT NULL, seq INTEGER NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX matter_by_day ON matter (day DESC, id);
CREATE INDEX matter_by_state ON matter (state, day DESC, id);
CREATE TABLE event (holder TEXT NOT NULL, seq INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (holder, seq)) WITHOUT ROWID;
CREATE TABLE message (id TEXT PRIMARY KEY, holder TEXT NOT NULL, content BLOB NOT NULL, day TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX message_by_holder ON message (holder, day);
CREATE TABLE draft (id TEXT PRIMARY KEY, holder TEXT NOT NULL, content BLOB NOT NULL, day TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX draft_by_day ON draft (day DESC, id);
CREATE INDEX draft_by_holder ON draft (holder, day DESC, id);
"""

# Search; counts that no list has to be read for; the size of a sealed report beside it; the cards of all cases that are known.
SECOND = """
CREATE TABLE line (id INTEGER PRIMARY KEY, holder TEXT NOT NULL, place TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX line_by_holder ON line (holder, place);
CREATE VIRTUAL TABLE word USING fts5 (text, content = 'line', content_rowid = 'id', columnsize = 0, tokenize = 'stems');
INSERT INTO word (word, rank) VALUES ('secure-delete', 1);
ALTER TABLE report ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
DROP INDEX report_by_day;
CREATE INDEX report_by_day ON report (day, id, submission, size);
ALTER TABLE matter ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
CREATE TABLE tally (state TEXT PRIMARY KEY, total INTEGER NOT NULL, unread INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO tally SELECT state, count(*), 0 FROM matter GROUP BY state;
CREATE TRIGGER matter_comes AFTER INSERT ON matter BEGIN
  INSERT INTO tally VALUES (new.state, 1, new.unread > 0)
  ON CONFLICT (state) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;
CREATE TRIGGER matter_goes AFTER DELETE ON matter BEGIN
  UPDATE tally SET total = total - 1, unread = unread - (old.unread > 0) WHERE state = old.state;
END;
CREATE TRIGGER matter_moves AFTER UPDATE ON matter WHEN old.state != new.state OR (old.unread > 0) != (new.unread > 0) BEGIN
  UPDATE tally SET total = total - 1, unread = unread - (old.unread > 0) WHERE state = old.state;
  INSERT INTO tally VALUES (new.state, 1, new.unread > 0)
  ON CONFLICT (state) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;
CREATE TABLE card (holder TEXT PRIMARY KEY, expires TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX card_by_end ON card (expires, holder);
"""

# Case logs slot by slot, each with the hash of its sealed bytes. A log without them is fetched again: upgrade.py sees to it.
THIRD = """
DROP TABLE event;
CREATE TABLE slot (
  holder TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, event BLOB, reason TEXT NOT NULL, member TEXT NOT NULL, known INTEGER NOT NULL,
  PRIMARY KEY (holder, seq)
) WITHOUT ROWID;
CREATE INDEX slot_void ON slot (holder, seq, hash, reason, member, known) WHERE event IS NULL;
"""

# Posts of campaigns and the rulings over them; and which sealed reports came with effort: what was here before had no way to.
FOURTH = """
ALTER TABLE report ADD COLUMN worked INTEGER NOT NULL DEFAULT 1;
DROP INDEX report_by_day;
CREATE INDEX report_by_day ON report (worked, day, id, submission, size);
CREATE TABLE post (
  id TEXT NOT NULL, holder TEXT NOT NULL, sealed TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, region INTEGER NOT NULL,
  near TEXT NOT NULL, mine INTEGER NOT NULL, ruled TEXT NOT NULL, post BLOB, content BLOB, PRIMARY KEY (holder, id)
) WITHOUT ROWID;
CREATE INDEX post_by_state ON post (holder, state, mine, ruled, id);
CREATE INDEX post_in_order ON post (holder, state, id);
CREATE TABLE ruling (holder TEXT NOT NULL, post TEXT NOT NULL, member TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (holder, post, member)) WITHOUT ROWID;
"""

# What a moderator looks through without reading any post: likenesses, and their own rulings until a batch leaves.
FIFTH = """
CREATE INDEX post_near ON post (holder, id, near) WHERE near != '';
CREATE INDEX post_ruled ON post (holder, id) WHERE ruled != '' AND post IS NOT NULL;
"""

# Which receipt each post names that is not settled, so that a second post with it is noticed without reading any.
SIXTH = """
CREATE TABLE receipt (holder TEXT NOT NULL, post TEXT NOT NULL, withdraw TEXT NOT NULL, PRIMARY KEY (holder, post)) WITHOUT ROWID;
CREATE INDEX receipt_by_hash ON receipt (holder, withdraw, post);
CREATE TRIGGER post_settles AFTER UPDATE OF content ON post WHEN new.content IS NULL BEGIN
  DELETE FROM receipt WHERE holder = old.holder AND post = old.id;
END;
CREATE TRIGGER post_goes AFTER DELETE ON post BEGIN
  DELETE FROM receipt WHERE holder = old.holder AND post = old.id;
END;
"""

STEPS = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
VERSION = len(STEPS)
