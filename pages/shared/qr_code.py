"""Links that a phone can scan."""

from __future__ import annotations

import io

import segno


def qr_code(link: str) -> bytes:
    """Return a link's QR code as a PNG image."""
    image = io.BytesIO()
    segno.make(link, error="m").save(image, kind="png", scale=8, border=3)
    return image.getvalue()
