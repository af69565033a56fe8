# SPDX-License-Identifier: AGPL-3.0-or-later
"""A picture file to at most 1,600 by 1,600 points of red, green and blue, upright, in sRGB, on white.

One decoder is allowed: that of the kind which the first bytes say. What lies hidden under transparency, in other frames,
in a thumbnail or behind the end is gone. Run in a cell alone; see spec/media.md.
"""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import GifImagePlugin, Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from ombuds.media.answer import LONGEST_SIDE, Drawn
from ombuds.media.findings import of_picture
from ombuds.media.inside import Job, Refused, serve

MOST_POINTS = 64_000_000
ORIENTATION = 0x0112
PLUGINS = (JpegImagePlugin, PngImagePlugin, GifImagePlugin, WebPImagePlugin)
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
WITH_PROFILE = ("RGB", "L", "CMYK")


def draw(job: Job) -> Drawn:
    """Return the picture of a job's file. Raises Refused, and whatever a decoder throws."""
    return drawn(opened(job), job)


def opened(job: Job) -> Image.Image:
    """Return the picture with its header read and nothing decoded. Raises Refused, and whatever a decoder throws."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS = MOST_POINTS
        try:
            image: Image.Image = Image.open(BytesIO(job.content), formats=[job.kind])
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Refused("points") from None
    if image.width * image.height > MOST_POINTS:
        raise Refused("points")
    if job.page != 1:
        raise Refused("page", 1)
    return image


def drawn(image: Image.Image, job: Job) -> Drawn:
    """Return the points of a picture that was opened. Raises whatever a decoder throws."""
    findings = of_picture(image, job)
    turned = UPRIGHT.get(int(image.getexif().get(ORIENTATION, 1)))
    small = flat(in_srgb(smaller(image), image.info.get("icc_profile")))
    if turned is not None:
        small = small.transpose(turned)
    return Drawn(small.width, small.height, small.tobytes(), findings, 1)


def smaller(image: Image.Image) -> Image.Image:
    """Return a picture whose longer side is at most 1,600, read by halves where the format can."""
    share = min(1.0, LONGEST_SIDE / max(image.size))
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    # The true target, for with a square one the decoder would read everything.
    image.draft(None, size)
    image.load()
    if image.mode not in ("RGB", "L", "RGBA", "LA", "CMYK"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    # As sharp as bicubic to the eye at these scales, and a third cheaper.
    return image if image.size == size else image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in the colours that screens expect; a profile that does not work is left out."""
    if profile and image.mode in WITH_PROFILE:
        try:
            made = ImageCms.profileToProfile(image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image
        return made or image
    return image


def flat(image: Image.Image) -> Image.Image:
    """Return the picture as three bytes a point, on white where it was transparent."""
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    clear = image.convert("RGBA")
    ground = Image.new("RGB", image.size, (255, 255, 255))
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


if __name__ == "__main__":
    serve(draw)
