"""The Chromium of the system, for tests and screenshots."""

import shutil
from pathlib import Path

HOW_TO_GET_IT = "apt-get install chromium"

UNWANTED = (
    # Each window would start two more renderers, for a field of addresses that nobody types into: most of its cost.
    "PreloadTopChromeWebUI", "WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup",
    # As Playwright has it, whose own list the last one replaces.
    "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter",
    "OptimizationHints", "PaintHolding", "ThirdPartyStoragePartitioning",
)  # fmt: skip
"""Features of Chromium that are switched off."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(UNWANTED)}",
]


def find() -> Path | None:
    """Return the path of Chromium, None where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return Path(path)
    return None
