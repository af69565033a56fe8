# SPDX-License-Identifier: AGPL-3.0-or-later
"""The photographs of a campaign: the kinds that telephones write, drawn as render.py draws them, under closer limits.

What moves is refused, and what is larger than any telephone's picture. Everything is loaded, and was used once on pictures of
our own, before the first file comes: a child can load nothing any more. Run in a warm cell alone; see spec/media.md.
"""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

from PIL import Image, ImageCms, MpoImagePlugin
from PIL.PngImagePlugin import PngInfo

from ombuds.media import pair
from ombuds.media.answer import Drawn, parts
from ombuds.media.avif import know_avif
from ombuds.media.compared import BOTH
from ombuds.media.compared import asked as both
from ombuds.media.hatch import hatch
from ombuds.media.heif import know_heif
from ombuds.media.inside import Job, Refused, attempt
from ombuds.media.kinds import AVIF, HEIF, JPEG, PHOTOGRAPHS, PNG, WEBP
from ombuds.media.render import drawn, opened

# Forty-eight million points is what the largest telephones write.
MOST_POINTS, MOST_SIDE = 50_000_000, 12_000
# A JPEG with a second picture in it is read by a part that is loaded when the first of them comes.
PLUGINS = (MpoImagePlugin,)
# Kinds in which several pictures are a film. In a JPEG the second is a smaller or brighter copy, in a HEIF another of the same row.
FILMS = (PNG.name, WEBP.name, AVIF.name)
# Sixteen points square, made by hand; their encoders would begin threads.
HEIF_SAMPLE = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoAABAAAAAAAA"
    "ACsAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEAB"
    "DAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNw"
    "ZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAM21kYXQAAAAn"
    "KAGvEyExlvhOUKf/90hc0MlUxaC5T6Vz3QpQk3J+uP7yh5PFYoLg"
)
AVIF_SAMPLE = b64decode(
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQA"
    "AAEAAQAAAAEAAAETAAAAIgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAAD"
    "CAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAKm1kYXQSAAoJGAz/2iAhoNCAMhMZR4eGIYeeeeaAAAB1hk3a5low"
)


def draw(job: Job) -> Drawn:
    """Return the picture of a photograph. Raises Refused, and whatever a decoder throws."""
    image = opened(job)
    if max(image.size) > MOST_SIDE or image.width * image.height > MOST_POINTS:
        raise Refused("points")
    if job.kind in FILMS and getattr(image, "n_frames", 1) > 1:
        raise Refused("moving")
    return drawn(image, job)


def answer(asked: str, content: bytes) -> tuple[bytes, ...]:
    """Return the answer for one file of the kind that is asked for, or for the two files of a post."""
    if asked == BOTH:
        return pair.answer(content)
    return parts(attempt(draw, Job(content, asked, 1)))


def warm_up() -> None:
    """Draw a picture of each kind, so that nothing is left to be loaded. Raises what ``draw`` raises."""
    plain, told, texts = Image.new("RGB", (16, 16)), Image.Exif(), PngInfo()
    told[0x0112], told.get_ifd(0x8769)[0x9003] = 6, "-"
    texts.add_itxt("-", "-", zip=True)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    samples = {HEIF.name: HEIF_SAMPLE, AVIF.name: AVIF_SAMPLE}
    for kind in (JPEG, PNG, WEBP):
        out = BytesIO()
        plain.save(out, kind.name, exif=told, icc_profile=profile, comment=b"-", pnginfo=texts)
        samples[kind.name] = out.getvalue()
    for known in PHOTOGRAPHS:
        draw(Job(samples[known.name], known.name, 1))
    pair.answer(both(samples[JPEG.name], samples[JPEG.name]))


def main() -> None:
    """Warm up, then let a child draw each file."""
    know_avif()
    know_heif()
    warm_up()
    hatch(answer, with_threads=(HEIF.name,))


if __name__ == "__main__":
    main()
