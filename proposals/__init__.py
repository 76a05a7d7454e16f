"""Stages 1–2, collect: the letter and suggestions come in, candidates go out."""
