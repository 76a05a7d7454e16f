"""Candidates of a year, drafts too: proposed and left off the list, many at once."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import F
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts.models import User
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import IllegalMove, Refusals, Text
from livelihood.kernel.verdict import Verdict, no
from livelihood.lists.grids.declared import Grid, GridAct, GridColumn, GridFilter, declare, one_by_one
from livelihood.web.templatetags.web import called_in, choice, money
from proposals import rules, selectors, services
from proposals.filters import DeskCandidateFilter
from proposals.forms import DropForm
from proposals.models import Candidate
from proposals.states import CANDIDATE_MOVES, CandidateKind, CandidateState


def _opened(row: Candidate, cycle: Cycle) -> str:
    return cycle.address("proposals:desk_candidate", number=row.number)


def _title(row: Candidate, cycle: Cycle) -> SafeString:
    return format_html('{}. <a href="{}">{}</a>', row.number, _opened(row, cycle), row.title)


def _settle(row: Candidate, cycle: Cycle) -> None:
    rules.settle_planning(cycle)
    row.cycle = cycle


def _may(verb: str, rule: Callable[[User, Candidate, datetime], Verdict]) -> Callable[..., Verdict]:
    """Return the rule of an act, asked after the table of moves."""

    def may(user: User, row: Candidate, at: datetime) -> Verdict:
        verdict = rule(user, row, at)
        return no(IllegalMove.message) if verdict and (row.state, verb) not in CANDIDATE_MOVES else verdict

    return may


def _upon(service: Callable[..., object]) -> Callable[..., Refusals]:
    return one_by_one(lambda row, **given: service(candidate=row, **given))


def _read(row: Candidate) -> list[tuple[Text, str]]:
    return [(_("What will be done"), row.summary), (_("Where it is to be done"), row.place)]


CANDIDATES = Grid(
    name="candidates",
    title=_("Candidates"),
    page="proposals:desk_candidates",
    columns=(
        GridColumn("title", _("Candidate"), _title, order="number", names_row=True, is_long=True),
        GridColumn("aspect", _("Aspect"), lambda row, _cycle: row.aspect.name, is_usual=False, is_long=True),
        GridColumn("kind", _("Kind"), lambda row, _cycle: choice(row, "kind"), is_usual=False),
        GridColumn(
            "lead",
            _("Lead organisation"),
            lambda row, cycle: called_in(row.lead_organisation, cycle.year),
            is_aside=True,
            is_long=True,
        ),
        GridColumn("cost", _("Cost"), lambda row, _cycle: money(row.total_wan), is_number=True),
        GridColumn(
            "sheet",
            _("Feasibility sheet"),
            lambda row, _cycle: _("written") if getattr(row, "sheet", None) else _("missing"),
        ),
        GridColumn("state", _("State"), lambda row, _cycle: choice(row, "state")),
    ),
    orders={"number": ["number", "pk"], "-number": ["-number", "-pk"]},
    filters=DeskCandidateFilter,
    lists=lambda cycle, _user, _at: [selectors.candidate_rows(cycle)],
    named=lambda row: f"{row.number}. {row.title}",
    opened=_opened,
    chips=(
        GridFilter("state", _("State"), lambda _cycle: CandidateState.choices),
        GridFilter("kind", _("Kind"), lambda _cycle: CandidateKind.choices),
        GridFilter("aspect", _("Aspect"), cycles.aspect_choices, counted=lambda _cycle, _name: F("aspect__number")),
    ),
    acts=(
        GridAct(
            "propose",
            "P",
            _("Propose"),
            _("Their pages are public from now on, and they go on the list when the list is frozen."),
            ngettext_lazy("%(count)d candidate was proposed.", "%(count)d candidates were proposed.", "count"),
            _may("propose", rules.may_edit_candidate),
            _upon(services.propose_candidate),
            read=_read,
        ),
        GridAct(
            "drop",
            "D",
            _("Leave off the list"),
            _("Everybody reads the reason; needs that no other candidate answers end with it."),
            ngettext_lazy(
                "%(count)d candidate was left off the list.", "%(count)d candidates were left off the list.", "count"
            ),
            _may("drop", lambda user, row, at: rules.may_decide_candidates(user, row.cycle, at)),
            _upon(services.drop_candidate),
            lambda _cycle, _user, _at, data: DropForm(data),
            _read,
        ),
    ),
    searched=_("Search title or text"),
    settle=_settle,
)
declare(CANDIDATES)
