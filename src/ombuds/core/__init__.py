# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rules of ombuds: sealing, custody, consent and the public record.

Nothing here reads a clock, a file, a socket or a setting. Every day and every byte is handed in. Read the files in the
order of the story: words, keys, age, envelope, custody, charter, messages, sealing, opening, case, consent,
publication, ledger, record.
"""
