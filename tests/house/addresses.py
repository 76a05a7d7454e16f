"""Every address of the portal and who may open it: the whole truth, in one table."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from livelihood.accounts.roles import Role
from tests.house.world import YEARS, World

ANYBODY = frozenset(Role)
OFFICE = frozenset({Role.LIVELIHOOD_OFFICE})
DESK = ANYBODY - {Role.DEPUTY, Role.CPPCC_MEMBER}
INTAKE = frozenset({Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT, Role.AUDITOR, Role.ADMINISTRATOR})
LEADING = frozenset({Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
YEAR = frozenset({Role.LIVELIHOOD_OFFICE, Role.ADMINISTRATOR})
JOURNAL = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
CONGRESS = frozenset({Role.CONGRESS_STAFF})
DEPUTY = frozenset({Role.DEPUTY})
TELLERS = frozenset({Role.CONGRESS_STAFF, Role.SCRUTINEER})
RUNNING = TELLERS | {Role.CHAIR}
ROLL = RUNNING | JOURNAL
SESSIONS = frozenset({Role.DEPUTY, Role.CPPCC_MEMBER})
BUILDING = frozenset({Role.DEPARTMENT, Role.IMPLEMENTING_UNIT})


@dataclass(frozen=True)
class Row:
    """Who may open an address.

    where: the year of the world it is opened in; "area" has no year, "" neither area nor year.
    who: roles that are let in; None for everybody, signed in or not.
    ok: what they are answered. is_post: it takes POST alone.
    names: part of the address → its name in the world's year, or the part itself.
    """

    where: str
    who: frozenset[Role] | None
    ok: int = 200
    is_post: bool = False
    names: dict[str, Any] = field(default_factory=dict)


def public(where: str = "", **names: Any) -> Row:
    return Row(where, None, names=names)


def page(where: str, who: frozenset[Role], ok: int = 200, **names: Any) -> Row:
    return Row(where, who, ok, names=names)


def act(where: str, who: frozenset[Role], **names: Any) -> Row:
    return Row(where, who, is_post=True, names=names)


TABLE: dict[str, Row] = {
    # --- the frame
    "live": public(),
    "ready": public(),
    "metrics": public(),
    "schema": public(),
    "api_root": public(),
    "robots": public(),
    "sitemap": public(),
    "security": public(),
    "favicon": Row("", None, ok=301),
    "touch_icon": Row("", None, ok=301),
    "check_file": Row("", None, ok=404, names={"name": "missing.txt"}),
    "portal:feed": public(),
    "docs": public(),
    "accounts:sign_in": public(),
    "accounts:code_enter": public(),
    "accounts:forgotten": public(),
    "accounts:provider_start": Row("", None, ok=404),
    "accounts:provider_back": Row("", None, ok=404),
    "accounts:sign_out": Row("", None, is_post=True),
    "accounts:password_change": page("", ANYBODY),
    "accounts:second_factor": page("", ANYBODY),
    "accounts:form_send_again": page("", ANYBODY, 302),
    "accounts:factors": page("", ANYBODY),
    "accounts:authenticator_add": page("", ANYBODY),
    "accounts:passkey_add": page("", ANYBODY),
    "accounts:passkey_remove": page("", frozenset({Role.AUDITOR}), pk="area.passkey"),
    "accounts:recovery_codes": page("", ANYBODY),
    "accounts:sessions_end": act("", ANYBODY),
    "accounts:session_end": act("", ANYBODY, pk=1),
    "places:people": page("area", ADMINISTRATOR),
    "accounts:person_add": page("area", ADMINISTRATOR),
    "accounts:rights": page("", ANYBODY),
    "accounts:codes_print": page("area", ADMINISTRATOR),
    "accounts:person": page("area", ADMINISTRATOR, pk="person"),
    "accounts:person_edit": page("area", ADMINISTRATOR, pk="person"),
    "accounts:code_issue": page("area", ADMINISTRATOR, pk="person"),
    "accounts:code_send": page("area", ADMINISTRATOR, pk="person"),
    "accounts:person_sessions_end": page("area", ADMINISTRATOR, pk="person"),
    "accounts:factors_reset": page("area", ADMINISTRATOR, pk="person"),
    "accounts:account_close": page("area", ADMINISTRATOR, pk="person"),
    "accounts:account_reopen": page("area", ADMINISTRATOR, pk="person"),
    "accounts:leave_give": page("area", ADMINISTRATOR, pk="person"),
    "accounts:leave_end": page("area", ADMINISTRATOR, pk="person", leave="leave"),
    "accounts:mandate_confirm": page("area", ADMINISTRATOR | CONGRESS, pk="waiting"),
    "accounts:mandate_refuse": page("area", ADMINISTRATOR | CONGRESS, pk="waiting"),
    "accounts:mandate_end": page("area", ADMINISTRATOR, pk="mandate"),
    "accounts:stand_in_name": page("area", ADMINISTRATOR, pk="mandate"),
    "places:area": public("area"),
    "places:areas": page("area", ADMINISTRATOR),
    "places:provinces": page("area", ADMINISTRATOR),
    "places:area_load": page("area", ADMINISTRATOR),
    "places:townships": page("area", ADMINISTRATOR),
    "places:area_add": page("area", ADMINISTRATOR),
    "places:area_edit": page("area", ADMINISTRATOR),
    "places:area_rename": page("area", ADMINISTRATOR),
    "places:area_end": page("area", ADMINISTRATOR),
    "places:area_history": page("area", JOURNAL),
    "places:organisations": page("area", YEAR),
    "places:organisation_add": page("area", YEAR),
    "places:organisation": page("area", YEAR, pk="organisation"),
    "places:organisation_history": page("area", YEAR, pk="organisation"),
    "places:organisation_edit": page("area", YEAR, pk="organisation"),
    "places:organisation_rename": page("area", YEAR, pk="organisation"),
    "places:organisation_merge": page("area", YEAR, pk="organisation"),
    "places:organisation_end": page("area", YEAR, pk="organisation"),
    "theme": public(),
    "picture": Row("", None, ok=404, names={"key": "mark", "number": 9}),
    "imprint:settings": page("", ADMINISTRATOR),
    "imprint:page_open": page("", ADMINISTRATOR),
    "imprint:setting": page("", ADMINISTRATOR, key="sponsor"),
    "imprint:version": page("", ADMINISTRATOR, key="sponsor", number=1),
    "portal:page": public(key="privacy"),
    "imports:of_year": page("deliver", LEADING),
    "imports:of_area": page("area", YEAR),
    "imports:import": page("", LEADING, pk="deliver.import"),
    "imports:columns": page("", LEADING, pk="deliver.import"),
    "imports:words": act("", LEADING, pk="deliver.import"),
    "imports:answers": act("", LEADING, pk="deliver.import"),
    "imports:take_up": act("", LEADING, pk="deliver.import"),
    "imports:recheck": act("", LEADING, pk="deliver.import"),
    "imports:write": page("", LEADING, pk="deliver.import"),
    "imports:drop": page("", LEADING, pk="deliver.import"),
    "imports:take_back": page("", LEADING, pk="deliver.written"),
    "imports:file": page("", LEADING, pk="deliver.import"),
    "imports:errors": page("", LEADING, pk="deliver.import"),
    "imports:marked": page("", LEADING, pk="deliver.marked"),
    "privacy:record": page("area", JOURNAL | {Role.LIVELIHOOD_OFFICE}),
    "privacy:kind": page("area", JOURNAL | {Role.LIVELIHOOD_OFFICE}, key="contacts"),
    "news:news_list": public("area"),
    "news:news_item": public("area", pk="news"),
    "news:desk_news": page("area", OFFICE),
    "news:news_publish": page("area", OFFICE),
    "news:news_withdraw": page("area", OFFICE, pk="news"),
    # --- lists as files; each list by itself: test_listings
    "lists:public": public("deliver", listing="sites"),
    "lists:public_file": public("deliver", pk="file"),
    "lists:public_content": public("deliver", pk="file"),
    "lists:of_year": page("deliver", DESK, listing="sites-of-desk"),
    "lists:views": page("deliver", DESK, grid="sites"),
    "lists:of_area": page("area", ADMINISTRATOR, listing="people"),
    "lists:own_file": page("", frozenset({Role.AUDITOR}), pk="deliver.own_file"),
    "lists:own_content": page("", frozenset({Role.AUDITOR}), pk="deliver.own_file"),
    "portal:index": public(),
    "portal:front_card": public(),
    "portal:front_areas": public(),
    "portal:front_years": public(),
    "portal:centres": public(),
    "portal:search": public(),
    "portal:track": public(),
    "portal:site_map": public(),
    "portal:data": public(),
    "portal:styleguide": public(),
    "portal:my_work": page("", ANYBODY),
    "portal:desk_search": page("", ANYBODY),
    "portal:account": page("", ANYBODY),
    "inbox:messages": page("", ANYBODY),
    "inbox:messages_read": Row("", ANYBODY, is_post=True),
    "inbox:message_open": Row("", frozenset({Role.AUDITOR}), is_post=True, names={"pk": "deliver.own_message"}),
    "inbox:preference": page("", ANYBODY),
    "inbox:stop": Row("", None, ok=404, names={"token": "nobodys"}),
    "portal:manuals": page("", ANYBODY),
    "portal:manual": page("", ANYBODY, key="offices"),
    "portal:area_journal": page("area", JOURNAL),
    "portal:person_journal": page("area", JOURNAL, pk="person"),
    "portal:year_open": page("area", YEAR),
    "portal:setting_up": page("area", ADMINISTRATOR),
    "portal:desk": page("plan", DESK),
    "portal:year_edit": page("draft", YEAR),
    "portal:year_discard": page("draft", YEAR),
    "portal:year_dates": page("plan", YEAR),
    "portal:year_advance": page("plan", YEAR),
    "portal:year_take_back": page("plan", YEAR),
    "portal:year_adopt": page("come", YEAR),
    "portal:adoption_correct": page("brought", YEAR),
    "portal:adoption_file": public("brought"),
    "portal:journal": page("plan", JOURNAL | {Role.LIVELIHOOD_OFFICE}),
    "portal:cycle": public("plan"),
    "portal:year_card": public("deliver"),
    # --- collect and plan
    "proposals:letter": public("solicit"),
    "proposals:letters": public("area"),
    "proposals:letter_seen": Row("solicit", None, ok=204, is_post=True),
    "proposals:letter_code": public("solicit"),
    "portal:letter_card": public("solicit"),
    "proposals:suggest": public("solicit"),
    "proposals:track": public("solicit"),
    "proposals:track_code": public("solicit", number="2030-000123-6"),
    "proposals:own_data": Row("solicit", None, ok=422, is_post=True),
    "proposals:answer_inquiry": Row("solicit", None, ok=422, is_post=True),
    "proposals:objection": Row("solicit", None, ok=422, is_post=True),
    "proposals:own_text": Row("solicit", None, ok=422, is_post=True),
    "proposals:receipts": public("solicit"),
    "proposals:receipt_heads": public("solicit"),
    "proposals:receipt_proof": public("solicit", number="receipt"),
    "proposals:receipt_verifier": public(),
    "proposals:board": public("solicit"),
    "proposals:similar": public("solicit"),
    "proposals:need": public("solicit", number="need"),
    "proposals:suggestions": public("solicit"),
    "proposals:statistics": public("solicit"),
    "proposals:candidates": public("decide"),
    "proposals:candidate": public("plan", number="proposed"),
    "proposals:candidate_list_file": public("decide"),
    "proposals:letter_edit": page("draft", DESK),
    "proposals:letter_publish": page("draft", OFFICE),
    "proposals:letter_correct": page("solicit", OFFICE),
    "proposals:intake": page("solicit", INTAKE),
    "proposals:answering": page("solicit", OFFICE),
    "proposals:template_write": page("solicit", OFFICE),
    "proposals:template_end": act("solicit", OFFICE, template="template"),
    "proposals:progress_name": page("solicit", OFFICE),
    "proposals:progress_end": act("solicit", OFFICE, word="progress_word"),
    "proposals:special_day_note": page("solicit", OFFICE),
    "proposals:special_day_drop": act("solicit", OFFICE),
    "proposals:suggestion_enter": page("solicit", OFFICE),
    "proposals:words": page("solicit", OFFICE),
    "proposals:word_off": act("solicit", OFFICE, word="word"),
    "proposals:poster": page("solicit", DESK),
    "proposals:desk_suggestion": page("solicit", INTAKE, number="suggestion"),
    "proposals:suggestion_contact": act("solicit", OFFICE, number="suggestion"),
    "proposals:suggestion_data": page("solicit", OFFICE, number="suggestion", act="mask"),
    "proposals:objection_answer": page("solicit", OFFICE, number="suggestion"),
    "proposals:suggestion_link": act("solicit", OFFICE, number="loose", need="need"),
    "proposals:suggestion_unlink": act("solicit", OFFICE, number="suggestion", need="need"),
    "proposals:notes": page("solicit", INTAKE, kind="suggestions", number="suggestion"),
    "proposals:note_withdraw": act("solicit", OFFICE, kind="suggestions", number="suggestion", pk="note"),
    "proposals:suggestion_act": act("solicit", INTAKE, number="suggestion", act="reword"),
    "proposals:reply": page("solicit", LEADING, number="suggestion"),
    "proposals:reply_correct": page("solicit", frozenset({Role.DEPARTMENT}), number="loose", pk="reply"),
    "proposals:draft_send": act("solicit", OFFICE, number="loose", pk="reply_draft"),
    "proposals:draft_return": page("solicit", OFFICE, number="loose", pk="reply_draft"),
    "proposals:draft_take_back": act("solicit", frozenset({Role.DEPARTMENT}), number="loose", pk="reply_draft"),
    "proposals:desk_needs": page("solicit", DESK),
    "proposals:need_open": page("solicit", OFFICE),
    "proposals:desk_need": page("solicit", DESK, number="need"),
    "proposals:need_link": page("plan", OFFICE, number="late"),
    "proposals:desk_candidates": page("plan", DESK),
    "proposals:candidate_draft": page("plan", LEADING),
    "proposals:candidates_freeze": page("plan", OFFICE),
    "proposals:desk_candidate": page("plan", DESK, number="draft"),
    "proposals:candidate_revise": page("plan", LEADING, number="draft"),
    "proposals:candidate_carry": page("plan", OFFICE, candidate_id="decided.candidate"),
    "proposals:candidate_propose": page("plan", LEADING, number="draft"),
    "proposals:candidate_discard": page("plan", OFFICE, number="draft"),
    "proposals:candidate_drop": page("plan", OFFICE, number="draft"),
    # --- decide
    "voting:booth": page("", ANYBODY),
    "voting:enter": public(),
    "voting:kiosk": Row("", None, ok=403),
    "voting:booth_round": page("", DEPUTY, round_id="decide.round"),
    "voting:ballot": page("", DEPUTY, round_id="decide.round"),
    "voting:opinion_give": page("review", SESSIONS),
    "voting:decision": public("review"),
    "voting:ballots": public("decided", number="round"),
    "voting:reserve": public("decided"),
    "voting:desk_reserve": page("review", DESK),
    "voting:notice": public("decided", number="round"),
    "voting:notice_pdf": public("decided", number="round"),
    "voting:record": public("decided", number="round"),
    "voting:record_pb": public("decided", number="round"),
    "voting:verifier": public(),
    "voting:threats": public(),
    "voting:rounds": page("decide", DESK),
    "voting:round_create": page("decide", CONGRESS),
    "voting:round": page("decide", DESK, number=1),
    "voting:round_rules": page("decide", CONGRESS, number=2),
    "voting:in_term": page("decide", CONGRESS, number=2),
    "voting:in_term_file": page("decide", DESK, number=1),
    "voting:roll": page("decide", ROLL, number=1),
    "voting:roll_line": page("decide", ROLL, number=1, line="line"),
    "voting:roll_clear": page("decide", CONGRESS, number=2),
    "voting:roll_codes": page("decide", CONGRESS | ADMINISTRATOR, number=1),
    "voting:line_remove": page("decide", CONGRESS, number=2, line=1),
    "voting:sign_in": act("decide", TELLERS, number=1, line="line"),
    "voting:card": page("decide", CONGRESS, number=1, line="line"),
    "voting:substitute": page("decide", CONGRESS, number=4, line="line"),
    "voting:cards": page("decide", CONGRESS, number=1),
    "voting:awaited": page("decide", ROLL, number=1),
    "voting:kiosk_open": page("decide", CONGRESS, number=1),
    "voting:kiosks": page("decide", DESK, number=1),
    "voting:kiosk_revoke": act("decide", TELLERS, number=1, kiosk_id="kiosk"),
    "voting:halves": page("decide", DESK, number=7),
    "voting:half_draw": page("decide", frozenset({Role.SCRUTINEER}), number=7, half=1),
    "voting:hall": page("decide", DESK, number=1),
    "voting:paper": act("decide", CONGRESS, number=1, line="line"),
    "voting:papers": page("decide", DESK, number=1),
    "voting:blank_ballot_pdf": page("decide", CONGRESS, number=1),
    "voting:paper_sheet": page("decide", TELLERS, number=5, sheet=1),
    "voting:officers": page("decide", CONGRESS, number=1),
    "voting:round_sheet": page("decide", RUNNING, number=3),
    "voting:signed_sheet": page("decide", CONGRESS, number=3),
    "voting:signed_sheet_file": page("decide", RUNNING, number=3),
    "voting:round_sheet_pdf": page("decide", RUNNING, number=3),
    "voting:rehearsal_ballots": page("decide", DESK, number=6),
    "voting:rehearsal_record": page("decide", DESK, number=6),
    "voting:round_act": page("decide", frozenset({Role.CHAIR}), number=1, act="pause"),
    "voting:review": page("review", DESK),
    "voting:opinions": page("review", DESK),
    "voting:opinion_answer": page("review", LEADING, opinion_id="opinion"),
    "voting:item_add": page("review", OFFICE),
    "voting:item_revise": page("review", OFFICE, item=1),
    "voting:item_remove": page("review", OFFICE, item=1),
    "voting:review_adopt": page("adopt", CONGRESS),
    # --- deliver
    "projects:projects": public("deliver"),
    "projects:project": public("deliver", pk="project"),
    "projects:standards": public("deliver"),
    "projects:standard": public("deliver", pk="standard"),
    "projects:sites": public("deliver"),
    "projects:points": public("deliver"),
    "projects:areas": public("deliver"),
    "projects:site": public("deliver", pk="site"),
    "projects:progress": public("deliver"),
    "projects:desk_projects": page("deliver", DESK),
    "projects:hand_over": page("deliver", OFFICE),
    "projects:project_add": page("deliver", OFFICE),
    "projects:desk_project": page("deliver", DESK, pk="project"),
    "projects:indicator_change": page("deliver", OFFICE, pk="project", indicator="indicator"),
    "projects:area_report": page("deliver", DESK, pk="project", indicator="indicator"),
    "projects:allocation": page("deliver", OFFICE, pk="project"),
    "projects:close_out": page("deliver", OFFICE, pk="project"),
    "projects:desk_standards": page("deliver", DESK),
    "projects:standard_add": page("deliver", OFFICE),
    "projects:desk_standard": page("deliver", DESK, pk="standard"),
    "projects:lights": page("deliver", OFFICE),
    "projects:desk_sites": page("deliver", DESK),
    "projects:desk_site": page("deliver", DESK, pk="site"),
    "projects:site_add": page("deliver", LEADING),
    "projects:site_correct": page("deliver", LEADING, pk="site"),
    "projects:site_start": page("deliver", BUILDING, pk="site"),
    "projects:site_inspect": page("deliver", frozenset({Role.DEPARTMENT}), pk="completed"),
    "projects:grid": page("deliver", DESK),
    "projects:grid_paste": page("deliver", DESK),
    "projects:desk_notices": page("deliver", DESK),
    "projects:desk_notice": page("deliver", DESK, pk="notice"),
    # --- evaluate
    "surveys:answer_code": public(),
    "surveys:answer_site": public("evaluate", pk="site"),
    "surveys:answer_project": public("evaluate", pk="project"),
    "surveys:answer_thanks": public("evaluate"),
    "surveys:satisfaction": public("evaluate"),
    "surveys:desk_surveys": page("evaluate", DESK),
    "surveys:survey_create": page("evaluate", OFFICE),
    "surveys:published_enter": page("evaluate", OFFICE),
    "surveys:desk_survey": page("evaluate", DESK, pk="survey"),
    "surveys:invitations_draw": page("evaluate", OFFICE, pk="survey"),
    "surveys:survey_recount": act("evaluate", OFFICE, pk="survey"),
    "surveys:survey_move": page("evaluate", OFFICE, pk="survey", verb="close"),
    "reports:announcement": public("tell"),
    "reports:announced_sites": public("tell"),
    "reports:reports": public("tell"),
    "reports:report": public("tell", pk="report"),
    "reports:report_file": public("tell", pk="report", file_format="xlsx"),
    "reports:announcement_prepare": page("evaluate", OFFICE),
    "reports:desk_reports": page("tell", DESK),
    "reports:report_request": act("tell", OFFICE),
    "reports:report_retry": act("tell", OFFICE, pk="failed"),
}

MACHINES = {"live", "ready", "metrics"}
"""Asked by probes and Prometheus: no pages, nothing to keep."""

ENTRANCES = {"accounts:sign_in", "accounts:code_enter", "accounts:forgotten"}
"""Ways in, whose forms carry a token and so set a cookie."""

FORMS = {
    "api_root",  # kept by nobody, like every answer of the API
    "proposals:track",
    "lists:public",
    "lists:public_file",
    "surveys:answer_code",
    "surveys:answer_site",
    "surveys:answer_project",
    *ENTRANCES,
    "voting:enter",
    "voting:kiosk",
    "portal:styleguide",
    "schema",
    *MACHINES,
}
"""Open to everybody, but with a form or of the moment: no proxy keeps them."""

FILES = {
    "portal:front_areas",
    "portal:front_years",
    "portal:centres",
    "proposals:letter_code",
    "proposals:receipt_heads",
    "proposals:receipt_proof",
    "proposals:receipt_verifier",
    "proposals:track_code",
    "proposals:candidate_list_file",
    "projects:points",
    "projects:areas",
    "lists:public",
    "lists:public_content",
    "lists:of_year",
    "lists:of_area",
    "lists:own_content",
    "reports:report_file",
    "voting:in_term_file",
    "voting:notice_pdf",
    "voting:record",
    "voting:rehearsal_record",
    "voting:signed_sheet_file",
    "voting:record_pb",
    "voting:verifier",
    "portal:adoption_file",
}
"""No pages, but files and data."""

COLLECTIONS = (
    "areas", "cycles", "letters", "suggestions", "needs", "candidates", "rounds", "reviews", "projects", "indicators",
    "standards", "sites", "figures", "surveys", "satisfaction", "announcements", "announced-sites", "reports",
)  # fmt: skip


def address(world: World, name: str, *, years_later: int = 0) -> str:
    row = TABLE[name]
    kwargs: dict[str, Any] = {"area": world.area.slug} if row.where else {}
    if row.where in YEARS:
        kwargs["year"] = YEARS[row.where][0] + years_later
    for part, value in row.names.items():
        where, _dot, key = value.rpartition(".") if isinstance(value, str) else ("", "", value)
        kwargs[part] = world.names.get(where or row.where, {}).get(key, value)
    return reverse(name, kwargs=kwargs)
