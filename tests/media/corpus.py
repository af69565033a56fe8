# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files made for the tests: pictures and documents that are what they say, and such as mean harm. Nothing is fetched, nothing is real."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pillow_heif
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

CANARY = "canary-7f3a"
MAKE, MODEL, ORIENTATION, SOFTWARE, ARTIST, EXIF, GPS, TAKEN, SERIAL = 0x010F, 0x0110, 0x0112, 0x0131, 0x013B, 0x8769, 0x8825, 0x9003, 0xA431
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
JAVASCRIPT = b"app.alert('canary-7f3a')"


def halves(width: int = 200, height: int = 100) -> Image.Image:
    """A picture of which the left half is red and the right half blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as a file of this kind."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def told(orientation: int = 1) -> Image.Exif:
    """What a camera writes: maker, place, day, serial number, and the canary in each of its texts."""
    exif = Image.Exif()
    exif[MAKE], exif[MODEL], exif[ORIENTATION] = "Acme", f"Zeta {CANARY}", orientation
    exif[SOFTWARE], exif[ARTIST] = f"Editor {CANARY}", f"Officer {CANARY}"
    inner, place = exif.get_ifd(EXIF), exif.get_ifd(GPS)
    inner[TAKEN], inner[SERIAL] = "2026:03:04 14:05:06", f"SN-{CANARY}"
    place[1], place[2], place[3], place[4] = "N", (55.0, 45.0, 3.0), "E", (37.0, 37.0, 1.2)
    return exif


def photo(orientation: int = 1, width: int = 200, height: int = 100) -> bytes:
    """A JPEG as a telephone writes it, with place, serial number, XMP, comment, profile, and something behind its end."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode()
    file = saved(halves(width, height), "JPEG", quality=95, exif=told(orientation), xmp=xmp, comment=CANARY.encode(), icc_profile=profile)
    return file + b"PK\x03\x04" + CANARY.encode()


def png() -> bytes:
    """A PNG with texts, EXIF and a comment that is a page of HTML."""
    texts = PngInfo()
    texts.add_text("Author", CANARY)
    texts.add_itxt("Comment", f"<html><script>alert('{CANARY}')</script></html>")
    return saved(halves(), "PNG", pnginfo=texts, exif=told())


def heif() -> bytes:
    """A photograph in HEIF, with everything that a camera writes."""
    out = BytesIO()
    pillow_heif.from_pillow(halves()).save(out, quality=90, exif=told().tobytes())
    return out.getvalue()


def avif() -> bytes:
    """A photograph in AVIF, with everything that a camera writes."""
    return saved(halves(), "AVIF", quality=90, exif=told(), xmp=f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode())


def webp() -> bytes:
    """A photograph in WebP, with everything that a camera writes."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(halves(), "WEBP", quality=95, exif=told(), xmp=f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode(), icc_profile=profile)


def gif() -> bytes:
    """A GIF with two frames and a comment; the second frame is green."""
    return saved(halves(), "GIF", save_all=True, append_images=[Image.new("RGB", (200, 100), GREEN)], comment=CANARY.encode())


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(width: int, height: int, packed: bytes) -> bytes:
    """A grey PNG whose header says a size, whatever its packed lines hold."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def bomb(width: int, height: int) -> bytes:
    """A valid PNG of a few kilobytes with as many points as it says."""
    squeeze, packed = zlib.compressobj(9), bytearray()
    for _ in range(height):
        packed += squeeze.compress(bytes(width + 1))
    return png_of(width, height, bytes(packed) + squeeze.flush())


def pdf(pages: int = 1, size: str = "200 100", catalogue: bytes = b"", extra: tuple[bytes, ...] = (), trailer: bytes = b"") -> bytes:
    """A PDF written by hand: each page is red on its left half and blue on its right; its document's words hold the canary."""
    drawn = b"1 0 0 rg 0 0 100 100 re f 0 0 1 rg 100 0 100 100 re f"
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalogue,
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, pages),
        b"<< /Length %d >> stream\n%b\nendstream" % (len(drawn), drawn),
        b"<< /Title (%b) /Author (%b) /Producer (Press %b) /CreationDate (D:20260304140506) >>" % ((CANARY.encode(),) * 3),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %b] /Contents 3 0 R >>" % size.encode()] * pages,
        *extra,
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def scripted() -> bytes:
    """A PDF that would run a script when it is opened, and carries a file."""
    catalogue = b"/OpenAction 6 0 R /Names << /EmbeddedFiles << /Names [(plan.exe) 7 0 R] >> >>"
    action = b"<< /S /JavaScript /JS (%b) >>" % JAVASCRIPT
    carried = b"<< /Type /Filespec /F (plan.exe) /UF (plan.exe) /EF << /F 8 0 R >> >>"
    return pdf(catalogue=catalogue, extra=(action, carried, b"<< /Type /EmbeddedFile /Length 2 >> stream\nMZ\nendstream"))


def filled() -> bytes:
    """A PDF with a form of one field, which was filled in green over the whole page."""
    shown = b"0 1 0 rg 0 0 200 100 re f"
    form = b"<< /FT /Tx /T (name) /V (x) /Subtype /Widget /Type /Annot /F 4 /Rect [0 0 200 100] /P 5 0 R /AP << /N 7 0 R >> >>"
    look = b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 100] /Length %d >> stream\n%b\nendstream" % (len(shown), shown)
    return pdf(catalogue=b"/AcroForm << /Fields [6 0 R] >>", extra=(form, look)).replace(b"/MediaBox", b"/Annots [6 0 R] /MediaBox")


def locked() -> bytes:
    """A PDF that asks for a password."""
    lock = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <%b> /U <%b> >>" % (b"ab" * 32, b"cd" * 32)
    return pdf(extra=(lock,), trailer=b"/Encrypt 6 0 R /ID [<%b> <%b>]" % (b"01" * 16, b"01" * 16))


def deep() -> bytes:
    """A PDF of which one object lies in a hundred thousand others."""
    return pdf(catalogue=b"/Deep " + b"[" * 100_000 + b"]" * 100_000)


def segment(marker: int, content: bytes) -> bytes:
    """One segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segment(marker: int, content: bytes) -> bytes:
    """A plain JPEG with one segment more at its beginning."""
    plain = saved(halves(), "JPEG", quality=95)
    return plain[:2] + segment(marker, content) + plain[2:]


def maker_note() -> bytes:
    """A JPEG with a camera's private note, and a thumbnail in green of what was cropped away."""
    thumbnail = saved(Image.new("RGB", (16, 16), GREEN), "JPEG")
    note, first, inner = CANARY.encode() + bytes(21), 8, 8 + 2 + 12 + 4
    second = inner + 2 + 12 + 4 + len(note)
    outer = struct.pack("<HHHIII", 1, EXIF, 4, 1, inner, second)
    private = struct.pack("<HHHIII", 1, 0x927C, 7, len(note), inner + 2 + 12 + 4, 0) + note
    fields = ((0x0103, 3, 1, 6), (0x0201, 4, 1, second + 2 + 36 + 4), (0x0202, 4, 1, len(thumbnail)))
    small = struct.pack("<H", 3) + b"".join(struct.pack("<HHII", *field) for field in fields) + bytes(4) + thumbnail
    return with_segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<I", first) + outer + private + small)


def iptc() -> bytes:
    """A JPEG with a caption as agencies write it."""
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(CANARY)) + CANARY.encode()
    return with_segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(caption)) + caption + bytes(len(caption) % 2))


def profiled() -> bytes:
    """A JPEG whose colour profile has the canary in its description."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = profile.find("No copyright".encode("utf-16-be"))
    profile[at : at + 2 * len(CANARY)] = CANARY.encode("utf-16-be")
    return saved(halves(), "JPEG", quality=95, icc_profile=bytes(profile))


def several() -> bytes:
    """A JPEG with a second picture in green behind the first, as telephones write it."""
    return saved(halves(), "MPO", quality=95, save_all=True, append_images=[Image.new("RGB", (200, 100), GREEN)], exif=told())


def double() -> bytes:
    """A JPEG that is an archive as well."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(f"{CANARY}.txt", CANARY)
    return saved(halves(), "JPEG", quality=95) + packed.getvalue()


def hidden() -> bytes:
    """A PNG whose left half is red, and whose right half has green under full transparency."""
    image = Image.new("RGBA", (200, 100), (*RED, 255))
    image.paste((*GREEN, 0), (100, 0, 200, 100))
    return saved(image, "PNG")


def film(kind: str) -> bytes:
    """A picture that moves."""
    return saved(halves(), kind, save_all=True, append_images=[Image.new("RGB", (200, 100), GREEN)], duration=100)
