# SPDX-License-Identifier: AGPL-3.0-or-later
"""One page of a PDF as picture points, and what the document says about itself.

The library is built without JavaScript: what a document would run is counted and not run. What was filled into a form is
evidence, and is drawn.
Run in a cell alone; see spec/media.md.
"""

from __future__ import annotations

import math

import pypdfium2
from pypdfium2 import raw

from ombuds.media.answer import LONGEST_SIDE, Drawn
from ombuds.media.findings import of_document
from ombuds.media.inside import Job, Refused, serve

SMALLEST_SIDE, LARGEST_SIDE = 0.01, 1_000_000.0


def draw(job: Job) -> Drawn:
    """Return one page of a document. Raises Refused, and whatever the library throws."""
    try:
        document = pypdfium2.PdfDocument(job.content)
    except pypdfium2.PdfiumError as wrong:
        raise Refused("locked" if getattr(wrong, "err_code", None) == raw.FPDF_ERR_PASSWORD else "broken") from None
    pages = len(document)
    if not 1 <= job.page <= pages:
        raise Refused("page", pages)
    if document.get_formtype():
        document.init_forms()
    page = document[job.page - 1]
    width, height, points = _points(page)
    return Drawn(width, height, points, of_document(document, job), pages)


def _points(page: pypdfium2.PdfPage) -> tuple[int, int, bytes]:
    sides = page.get_size()
    if not all(math.isfinite(side) and SMALLEST_SIDE <= side <= LARGEST_SIDE for side in sides):
        raise Refused("points")
    # The library rounds up.
    scale = (LONGEST_SIDE - 0.5) / max(sides)
    bitmap = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=raw.FPDFBitmap_BGR)
    content, row = bytes(bitmap.buffer), bitmap.width * 3
    return bitmap.width, bitmap.height, b"".join(content[start : start + row] for start in range(0, bitmap.stride * bitmap.height, bitmap.stride))


if __name__ == "__main__":
    serve(draw)
