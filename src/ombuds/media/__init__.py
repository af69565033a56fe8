# SPDX-License-Identifier: AGPL-3.0-or-later
"""The room for hostile files: a safe picture of evidence, made in a cell (T12, T13).

Two sides live here. `cell`, `jail`, `kinds` and `fresh` stand in the desk and never read a file; `inside`, `render`, `heif`,
`document` and `findings` are run in the cell alone and are imported by nobody else. `answer` is what the two say to each
other. For campaigns `badge` is the one door: `warm` stands outside and `hatch` inside of a parent that forks for each file, and
`photograph` and `finish` are its two programs. Beside them stand share cards and papers to print, which are made of published
words: `sharing` orders one, `card` or `paper` with `lettering` draws it in a child that ends, and `printed` writes the PDF.
See spec/media.md and spec/cards.md.
"""
