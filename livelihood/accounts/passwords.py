"""What a password may not be made of: few characters, rows of them, the person's own data, and years."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.kernel.folding import fold

LEAST_LEFT = 6
"""Characters that are to be left of a password without what others know of the person."""
LEAST_DIFFERENT = 4
"""Different characters that begin something new."""
SHORTEST_LATIN, SHORTEST = 3, 2
"""Characters of a word that is looked for; one of Chinese characters is shorter."""
SIGNS, NO_LETTERS = re.compile(r"[\W_]+"), re.compile(r"[\W\d_]+")
YEAR = re.compile(r"(?:19|20)\d\d")


class LengthValidator(MinimumLengthValidator):
    """Refuses what is too short, in words that Django has in English alone."""

    def get_error_message(self) -> str:
        """Say how long it has to be."""
        text = ngettext(
            "This password is too short. Use at least %(least)s character.",
            "This password is too short. Use at least %(least)s characters.",
            self.min_length,
        )
        return text % {"least": self.min_length}


class VarietyValidator:
    """Refuses the same few characters over and over, and rows of neighbours, as abcdefghijkl or 9876543210."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where fewer than `LEAST_DIFFERENT` characters follow no other in order."""
        folded = fold(password)
        starts = {
            later for earlier, later in pairwise(f"\0{folded}") if abs(ord(later) - ord(earlier)) > 1
        }  # of each row of neighbours one
        if len(starts) < LEAST_DIFFERENT:
            raise ValidationError(self.get_help_text(), code="password_of_few_characters")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("Use more different characters: rows and repetitions are easily tried.")


class OwnDataValidator:
    """Refuses what somebody who knows the person would try: names, office, place and years, and common words with them.

    Django's own look at likeness knows no Chinese, and takes a name within a long password for a small matter.
    """

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where too little is left of the password."""
        rest = fold(password)
        for word in sorted(set(_words_of(user)), key=len, reverse=True):
            rest = rest.replace(word, "")
        rest = YEAR.sub("", rest)
        rests = {rest, SIGNS.sub("", rest), NO_LETTERS.sub("", rest)}
        if len(rest) < LEAST_LEFT or rests & self.common:
            raise ValidationError(self.get_help_text(), code="password_of_own_data")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("Without your names, your office, your area and years, too little is left of this password.")


def _words_of(user: Any) -> Iterator[str]:
    """Yield what is known of a person, folded."""
    if user is None:
        return
    known = [user.username, user.name, user.mail.partition("@")[0], user.phone]
    areas = [user.area] if user.area_id else []
    for mandate in user.mandates.select_related("area", "organisation") if user.pk else ():
        areas.append(mandate.area)
        if mandate.organisation:
            known += [mandate.organisation.name_zh, *mandate.organisation.name_en.split()]
    for area in areas:
        known += [area.name_zh, area.slug, *area.name_en.split()]
    for word in map(fold, known):
        if len(word) >= (SHORTEST_LATIN if word.isascii() else SHORTEST):
            yield word
