"""Stage 4, deliver: the two lists until close-out."""
