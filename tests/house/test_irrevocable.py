"""Whatever can be sent at the desk: by what it is taken back, or that it cannot be, and then a factor is asked again.

An address that takes a form and is not in this table fails the house, and so does an act of an address.
"""

from django.urls import URLPattern, URLResolver, get_resolver

from livelihood.web import irrevocable
from projects.surveys.views.desk import VERBS
from proposals.views import desk_intake, own_data
from tests.house.addresses import TABLE
from voting.views import _acts

FINAL = "a factor is asked for again"
"""It cannot be taken back, leads to what cannot, or opens an account or a door to somebody."""
DAILY = "cannot be taken back, but "
"""What is done many times a day: asking each time would teach people to prove without reading. Each says why."""

KEEPS = "writes nothing but a line of the journal, or a file"
AGAIN = "the same page: what is sent later replaces it, and the journal keeps what was"

WAYS_BACK: dict[str, str | dict[str, str]] = {
    "accounts:person_add": "accounts:account_close",
    "accounts:codes_print": FINAL,
    "accounts:person": FINAL,
    "accounts:person_edit": FINAL,
    "accounts:code_issue": FINAL,
    "accounts:code_send": FINAL,
    "accounts:person_sessions_end": "accounts:sign_in",
    "accounts:factors_reset": FINAL,
    "accounts:account_close": FINAL,
    "accounts:account_reopen": "accounts:account_close",
    "accounts:leave_give": "accounts:leave_end",
    "accounts:leave_end": "accounts:leave_give",
    "accounts:mandate_confirm": FINAL,
    "accounts:mandate_refuse": "accounts:person",
    "accounts:mandate_end": "accounts:person",
    "places:people": "accounts:person",
    "accounts:stand_in_name": FINAL,
    "imprint:page_open": "imprint:setting",
    "imprint:setting": "imprint:version",
    "imprint:version": "imprint:version",
    "imports:columns": AGAIN,
    "imports:words": AGAIN,
    "imports:answers": AGAIN,
    "imports:take_up": "imports:drop",
    "imports:recheck": "imports:answers",
    "imports:write": FINAL,
    "imports:drop": "imports:of_area",
    "imports:take_back": "imports:of_area",
    "imports:errors": KEEPS,
    "imports:of_area": "imports:drop",
    "imports:of_year": "imports:drop",
    "lists:own_file": KEEPS,
    "lists:of_area": KEEPS,
    "lists:of_year": KEEPS,
    "lists:views": "lists:views",
    "news:news_publish": "news:news_withdraw",
    "news:news_withdraw": "news:news_publish",
    "privacy:kind": FINAL,
    "portal:year_open": "portal:year_discard",
    "portal:year_edit": AGAIN,
    "portal:year_discard": "portal:year_open",
    "portal:year_adopt": "portal:year_take_back",
    "portal:adoption_correct": AGAIN,
    "portal:year_dates": AGAIN,
    "portal:year_advance": FINAL,
    "portal:year_take_back": "portal:year_advance",
    "proposals:letter_edit": AGAIN,
    "proposals:letter_publish": FINAL,
    "proposals:letter_correct": FINAL,
    "proposals:intake": f"{DAILY}each act says so on its page, which names the rows before it is done",
    "proposals:answering": AGAIN,
    "proposals:special_day_note": "proposals:special_day_drop",
    "proposals:special_day_drop": "proposals:special_day_note",
    "proposals:suggestion_enter": "proposals:suggestion_act",
    "proposals:suggestion_contact": KEEPS,
    "proposals:suggestion_data": {
        "correct": AGAIN,
        "erase": FINAL,
        "mask": FINAL,
        "mask_wording": f"{DAILY}the wording before stays kept",
        "withdraw": FINAL,
    },
    "proposals:objection_answer": f"{DAILY}the answer is to one person, who reads it, and a reply can follow it",
    "proposals:suggestion_link": "proposals:suggestion_unlink",
    "proposals:suggestion_unlink": "proposals:suggestion_link",
    "proposals:suggestion_act": {
        "accept": "proposals:suggestion_act",
        "reword": "proposals:suggestion_act",
        "decline": "proposals:suggestion_act",
        "hand_over": f"{DAILY}the suggestion stays with its text, and the office that has it answers",
        "unpublish": f"{DAILY}the sender reads why, and what was sent and worded stays kept",
        "ask": "proposals:suggestion_act",
        "take_back": "proposals:suggestion_act",
        "claim": "proposals:suggestion_act",
        "give_back": "proposals:suggestion_act",
    },
    "proposals:words": "proposals:word_off",
    "proposals:word_off": "proposals:words",
    "proposals:notes": "proposals:note_withdraw",
    "proposals:note_withdraw": f"{DAILY}another note can be written",
    "proposals:reply": "proposals:reply_correct",
    "proposals:reply_correct": "proposals:reply_correct",
    "proposals:draft_send": "proposals:reply_correct",
    "proposals:draft_return": "proposals:reply",
    "proposals:draft_take_back": "proposals:reply",
    "proposals:template_write": "proposals:template_end",
    "proposals:template_end": "proposals:template_write",
    "proposals:progress_name": "proposals:progress_end",
    "proposals:progress_end": "proposals:progress_name",
    "proposals:need_open": "proposals:desk_need",
    "proposals:desk_need": "proposals:candidate_draft",
    "proposals:need_link": "proposals:candidate_drop",
    "proposals:candidate_draft": "proposals:candidate_drop",
    "proposals:candidate_carry": "proposals:candidate_drop",
    "proposals:candidates_freeze": FINAL,
    "proposals:desk_candidates": "proposals:candidate_draft",
    "proposals:desk_candidate": AGAIN,
    "proposals:candidate_revise": AGAIN,
    "proposals:candidate_propose": "proposals:candidate_drop",
    "proposals:candidate_discard": "proposals:candidate_draft",
    "proposals:candidate_drop": "proposals:candidate_draft",
    "voting:round_create": "voting:round_act",
    "voting:round_rules": AGAIN,
    "voting:roll_clear": "imports:of_year",
    "voting:in_term": AGAIN,
    "voting:roll_codes": FINAL,
    "voting:line_remove": "imports:of_year",
    "voting:sign_in": "voting:sign_in",
    "voting:card": AGAIN,
    "voting:substitute": "voting:substitute",
    "voting:cards": AGAIN,
    "voting:awaited": KEEPS,
    "voting:kiosk_open": "voting:kiosk_revoke",
    "voting:kiosk_revoke": "voting:kiosk_open",
    "voting:halves": FINAL,
    "voting:half_draw": FINAL,
    "voting:paper": "voting:paper",
    "voting:papers": AGAIN,
    "voting:paper_sheet": AGAIN,
    "voting:officers": AGAIN,
    "voting:signed_sheet": AGAIN,
    "voting:round_act": {
        "lock-rules": FINAL,
        "propose-lock-roll": FINAL,
        "confirm-lock-roll": FINAL,
        "open-sign-in": "voting:round_act",
        "propose-open": FINAL,
        "confirm-open": FINAL,
        "hand-out-papers": "voting:paper",
        "pause": "voting:round_act",
        "resume": "voting:round_act",
        "propose-paper": FINAL,
        "confirm-paper": FINAL,
        "propose-close": FINAL,
        "confirm-close": FINAL,
        "merge-papers": FINAL,
        "count": FINAL,
        "propose-announce": FINAL,
        "confirm-announce": FINAL,
        "propose-void": FINAL,
        "confirm-void": FINAL,
        "withdraw": "voting:round_act",
        "run-off": "voting:round_act",
        "vote-again": "voting:round_act",
    },
    "voting:review": "voting:item_revise",
    "voting:opinions": f"{DAILY}a paper with an opinion is only written down, and stays an opinion among many",
    "voting:opinion_answer": f"{DAILY}an opinion is answered once, in the session, and the list itself can be revised",
    "voting:item_add": "voting:item_remove",
    "voting:item_revise": "voting:item_revise",
    "voting:item_remove": "voting:item_add",
    "voting:review_adopt": FINAL,
    "projects:hand_over": FINAL,
    "projects:project_add": f"{DAILY}a project of the adopted list is entered one by one, before anything hangs on it",
    "projects:desk_project": "projects:indicator_change",
    "projects:indicator_change": AGAIN,
    "projects:area_report": AGAIN,
    "projects:allocation": AGAIN,
    "projects:close_out": FINAL,
    "projects:standard_add": "projects:desk_standard",
    "projects:desk_standard": AGAIN,
    "projects:lights": AGAIN,
    "projects:site_add": "projects:site_correct",
    "projects:desk_site": AGAIN,
    "projects:site_correct": AGAIN,
    "projects:site_start": f"{DAILY}that work has begun is said of one site, and a wrong figure is reported anew",
    "projects:site_inspect": f"{DAILY}it is signed by one inspector at one site, with findings that stay in sight",
    "projects:desk_sites": f"{DAILY}each act says so on its page, which names the rows before it is done",
    "projects:desk_notices": f"{DAILY}each act says so on its page, which names the rows before it is done",
    "projects:grid": AGAIN,
    "projects:grid_paste": KEEPS,
    "projects:desk_notice": f"{DAILY}a notice that was closed too early is issued again by the next delay",
    "surveys:published_enter": AGAIN,
    "surveys:survey_create": "surveys:survey_move",
    "surveys:invitations_draw": "surveys:invitations_draw",
    "surveys:survey_recount": KEEPS,
    "surveys:survey_move": {"open": "surveys:survey_create", "close": FINAL, "freeze": FINAL},
    "reports:announcement_prepare": FINAL,
    "reports:report_request": "reports:report_request",
    "reports:report_retry": "reports:report_request",
    "places:provinces": "places:area_end",
    "places:area_add": "places:area_end",
    "places:area_load": "places:area_end",
    "places:townships": "places:area_end",
    "places:area_edit": AGAIN,
    "places:area_rename": "places:area_rename",
    "places:area_end": "imports:of_area",
    "places:organisation_add": "places:organisation_end",
    "places:organisation_edit": AGAIN,
    "places:organisation_rename": "places:organisation_rename",
    "places:organisation_merge": FINAL,
    "places:organisation_end": AGAIN,
}
"""Address of the desk that takes a form → the address by which it is taken back, or what else is true of it."""

OF_ADDRESS = {
    "voting:round_act": set(_acts.ACTS),
    "surveys:survey_move": set(VERBS),
    "proposals:suggestion_act": set(desk_intake.ACTS),
    "proposals:suggestion_data": set(own_data.ACTS),
}
"""Addresses by which several things are done."""


def sent_at_the_desk(resolver: URLResolver, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found |= sent_at_the_desk(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif _is_sent(pattern):
            found.add(f"{prefix}{pattern.name}")
    return found


def _is_sent(pattern: URLPattern) -> bool:
    return str(pattern.pattern).startswith("desk/") and "POST" in getattr(pattern.callback, "methods", ())


def test_of_whatever_is_sent_at_the_desk_it_is_said_how_it_is_taken_back():
    assert sent_at_the_desk(get_resolver()) == set(WAYS_BACK)
    assert {name: set(ways) for name, ways in WAYS_BACK.items() if isinstance(ways, dict)} == OF_ADDRESS
    ways = {way for ways in WAYS_BACK.values() for way in (ways.values() if isinstance(ways, dict) else [ways])}
    assert {way for way in ways if way not in TABLE and not way.startswith(DAILY)} == {FINAL, AGAIN, KEEPS}


def test_what_cannot_be_taken_back_asks_for_a_factor_again_and_nothing_else_does():
    final = {name for name, ways in WAYS_BACK.items() if ways == FINAL}
    acts = {
        name: {act for act, way in ways.items() if way == FINAL}
        for name, ways in WAYS_BACK.items()
        if isinstance(ways, dict) and FINAL in ways.values()
    }

    of_desk = irrevocable.ACTS.keys() & WAYS_BACK.keys()
    assert final == {name for name in of_desk if irrevocable.ACTS[name] is None} | irrevocable.POSTS
    assert acts == {name: irrevocable.ACTS[name] for name in of_desk if irrevocable.ACTS[name] is not None}
