"""Acts that cannot be taken back: for them a second factor is asked for again, unless it was just proven."""

from django.urls import ResolverMatch

GET_SECONDS, POST_SECONDS = 10 * 60, 20 * 60
"""How old the proof may be when the page of an act is opened, and when it is sent: time to read in between."""

ACTS: dict[str, frozenset[str] | None] = {
    "accounts:account_close": None,
    "accounts:code_issue": None,
    "accounts:code_send": None,
    "accounts:codes_print": None,
    "accounts:factors_reset": None,
    "accounts:person_edit": None,
    "accounts:mandate_confirm": None,
    "accounts:stand_in_name": None,
    "accounts:authenticator_add": None,
    "accounts:passkey_add": None,
    "accounts:passkey_remove": None,
    "accounts:recovery_codes": None,
    "imports:write": None,
    "places:organisation_merge": None,
    "portal:year_advance": None,
    "proposals:letter_publish": None,
    "proposals:letter_correct": None,
    "proposals:candidates_freeze": None,
    "proposals:suggestion_data": frozenset({"erase", "mask", "withdraw"}),
    "voting:round_act": frozenset({
        "lock-rules", "propose-lock-roll", "confirm-lock-roll",
        "propose-open", "confirm-open", "propose-close", "confirm-close", "count",
        "propose-announce", "confirm-announce", "propose-void", "confirm-void", "propose-paper", "confirm-paper",
        "merge-papers",
    }),
    "voting:half_draw": None,
    "voting:review_adopt": None,
    "voting:roll_codes": None,
    "projects:hand_over": None,
    "projects:close_out": None,
    "surveys:survey_move": frozenset({"close", "freeze"}),
    "reports:announcement_prepare": None,
}  # fmt: skip
"""Address by name → its acts; None: whatever is done there. Of the others: tests/house/test_irrevocable.py."""

POSTS = {"accounts:person", "privacy:kind", "voting:halves"}
"""Addresses that are looked at every day, and ask only when something is sent: a mandate is given, a period set, a
half of a key put in."""


def asks_again(match: ResolverMatch | None, method: str | None, age: float) -> bool:
    """Say whether what is asked for needs a younger proof than this one. age: in seconds."""
    if match is None:
        return False
    is_sent = method not in {"GET", "HEAD"}
    if age <= (POST_SECONDS if is_sent else GET_SECONDS):
        return False
    name = match.view_name
    if name in ACTS:
        acts = ACTS[name]
        return acts is None or match.kwargs.get("act", match.kwargs.get("verb")) in acts
    return is_sent and name in POSTS
