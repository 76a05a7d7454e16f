"""What the pages of sites share: keys against double sends."""

import secrets


def fresh_key() -> str:
    """Return a key that makes sending a form twice one act."""
    return secrets.token_hex(16)
