"""What is sealed opens under the installation's keys, for its purpose, and in no other way."""

import time

import pytest

from livelihood.kernel.sealing import Unsealable, key_name, keyed_hashes, seal, unseal

OTHER = "another-key-of-tests-0123456789abcdefghijklmnopqrs"
PURPOSE = "tests.Row.phone"


def test_what_is_sealed_opens_under_a_former_key_and_under_no_other(settings):
    sealed = seal("秘密", purpose=PURPOSE)
    assert ("秘密" in sealed, unseal(sealed, purpose=PURPOSE), seal("秘密", purpose=PURPOSE) == sealed) == (
        False, "秘密", False,
    )  # fmt: skip

    settings.DATA_KEYS = [OTHER, *settings.DATA_KEYS]
    assert unseal(sealed, purpose=PURPOSE) == "秘密"
    assert seal("秘密", purpose=PURPOSE).startswith(key_name(OTHER))
    settings.DATA_KEYS = [OTHER]
    with pytest.raises(Unsealable):
        unseal(sealed, purpose=PURPOSE)


def test_what_is_sealed_is_of_no_use_elsewhere_or_changed():
    sealed = seal("13800001111", purpose=PURPOSE)

    for text, purpose in ((sealed, "tests.Row.mail"), (sealed[:-6] + "AAAA==", PURPOSE), ("13800001111", PURPOSE)):
        with pytest.raises(Unsealable):
            unseal(text, purpose=purpose)


def test_a_hash_needs_the_key_and_differs_by_purpose(settings):
    (first,) = keyed_hashes("13800001111", purpose=PURPOSE)
    settings.DATA_KEYS = [OTHER, *settings.DATA_KEYS]

    present, former = keyed_hashes("13800001111", purpose=PURPOSE)

    assert (former, len(present), present[:8]) == (first, 64, key_name(OTHER))
    assert len({first, present, *keyed_hashes("13800001111", purpose="tests.Row.mail")}) == 4


def test_the_secret_key_opens_nothing(settings):
    sealed = seal("秘密", purpose=PURPOSE)
    settings.SECRET_KEY = OTHER

    assert unseal(sealed, purpose=PURPOSE) == "秘密"


def test_sealing_costs_a_request_nothing():
    began = time.process_time()
    for _ in range(1000):
        seal("13800001111", purpose=PURPOSE)

    assert time.process_time() - began < 0.1  # seconds: a tenth of a millisecond each
