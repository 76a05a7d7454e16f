"""QR codes."""

from xml.etree import ElementTree as ET

import segno

from livelihood.kernel.qr import qr_svg

ADDRESS = "https://example.com/hangzhou/2026/sites/k7qm2v8x"


def test_qr_svg_draws_the_code_without_style():
    svg = qr_svg(ADDRESS, title="Site <12>")

    root = ET.fromstring(svg)  # noqa: S314 -- drawn by ourselves
    size = segno.make(ADDRESS, micro=False, error="m").symbol_size(border=4)[0]
    assert (root.get("viewBox"), root.get("role"), root.get("class")) == (f"0 0 {size} {size}", "img", "qr-code")
    assert root.findtext("{*}title") == "Site <12>"
    assert "style" not in svg
