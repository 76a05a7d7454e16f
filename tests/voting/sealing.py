"""A browser that seals ballots, as `static/js/sealed_ballot.js` does, for tests without one."""

import base64
import uuid

from cryptography.hazmat.primitives.asymmetric import ec

from livelihood.accounts.models import User
from tests.factories.frame import NOW
from tests.factories.voting import Plenary
from voting import halves, services
from voting.schemes import envelopes

SEALED = {"scheme": "sealed"}


def sealed_in_browser(session: Plenary, letters: str) -> tuple[str, str]:
    """Return an envelope as it is sent, and the receipt that the browser shows."""
    publics, own = halves.public_keys(session.round), ec.generate_private_key(envelopes.CURVE)
    secrets = [envelopes.shared_secret(own, public) for public in publics]
    receipt = envelopes.keys_of(envelopes.public_of(own), publics, secrets)[1]
    return base64.b64encode(envelopes.seal(letters, publics, own)).decode(), receipt


def cast_sealed(session: Plenary, deputy: User, envelope: str, key: str = "") -> str:
    """Cast an envelope; return the code that the portal knows, which is none."""
    sent, key = {"sealed": [envelope]}, key or str(uuid.uuid4())
    return services.cast_ballot(round_id=session.round.pk, sent=sent, key=key, by=deputy, at=NOW).code
