"""What collecting and planning hand out as files: suggestions, their figures, needs, candidates.

Who sent a suggestion, how to reach them, and their own words stand in no file: they are read one at a time, under a
right of their own, and each reading is journaled.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Aspect, Cycle, Organisation
from livelihood.kernel import parameters
from livelihood.kernel.exports import Field
from livelihood.kernel.listings import OF_FILES, Asked, Listing, declare
from livelihood.kernel.text import mask_personal
from proposals import rules, selectors
from proposals.filters import CandidateFilter, DeskCandidateFilter, IntakeFilter, NeedFilter, SuggestionFilter
from proposals.models import Candidate, CostLine, FeasibilitySheet, Need, Suggestion
from proposals.querysets import NOT_PUBLIC
from proposals.states import NEVER


def _answer(row: Suggestion) -> str:
    """Return what a suggestion was answered, as it is read now."""
    shown = selectors.as_shown(row.replies.all())
    return "\n".join(
        f"{one.reply.organisation.name} {timezone.localdate(one.reply.replied_at)} {one.reply.text}" for one in shown
    )


def _named(cycle: Cycle) -> list[QuerySet[Any]]:
    return [Aspect.objects.filter(cycle=cycle), Area.objects.within(cycle.area)]


def _aspect(row: Any) -> str:
    return str(row.aspect.name) if row.aspect else ""


PLACE = [
    Field(_("Aspect"), _aspect),
    Field(_("Area code"), lambda row: row.area.code),
    Field(_("Place"), lambda row: row.area.name),
]


declare(
    Listing(
        "suggestions",
        _("Suggestions"),
        page="proposals:suggestions",
        chosen=lambda asked: SuggestionFilter.on_page(
            asked.request, Suggestion.objects.for_cycle(asked.place).published(), *OF_FILES
        ).qs.order_by("-received_at", "-pk"),
        read=lambda cycle: (
            selectors.published_suggestions()
            .filter(cycle=cycle)
            .prefetch_related(Prefetch("replies", selectors.public_replies()))
        ),
        fields=lambda _cycle: [
            Field(_("Number"), lambda row: row.number),
            Field(_("Received"), lambda row: row.received_at),
            Field(_("Channel"), lambda row: row.get_channel_display()),
            Field(_("Title"), lambda row: row.public_title),
            Field(_("How is it now?"), lambda row: row.public_matter),
            Field(_("What should be done?"), lambda row: row.public_wish),
            *PLACE,
            Field(_("Answer"), _answer),
        ],
        named=_named,
        is_void=selectors.is_wording_taken_back,
    )
)


def _checked(field: str) -> Callable[[Suggestion], str]:
    """Return how a text is read: in its checked wording, before the check as it was sent without personal data."""
    return lambda row: getattr(row, f"public_{field}") or mask_personal(getattr(row, field))


declare(
    Listing(
        "suggestions-of-desk",
        _("Suggestions"),
        page="proposals:intake",
        chosen=lambda asked: IntakeFilter.on_page(
            asked.request, selectors.intake_queue(asked.place), *OF_FILES
        ).qs.order_by("received_at", "pk"),
        read=lambda cycle: selectors.intake_queue(cycle).select_related(*selectors.NAMES),
        fields=lambda _cycle: [
            Field(_("Number"), lambda row: row.number),
            Field(_("Received"), lambda row: row.received_at),
            Field(_("Channel"), lambda row: row.get_channel_display()),
            Field(_("State"), lambda row: row.get_state_display()),
            Field(_("Title"), _checked("title")),
            Field(_("How is it now?"), _checked("matter")),
            Field(_("What should be done?"), _checked("wish")),
            *PLACE,
            Field(_("Has a need"), lambda row: row.is_linked),
            Field(_("Wants an answer"), lambda row: row.has_contact),
            Field(_("Answered"), lambda row: row.is_replied),
            Field(_("Answer due"), lambda row: row.due_on if row.due_on < NEVER else None),
            Field(_("Answered on"), lambda row: row.answered_on),
        ],
        named=_named,
        may_read=rules.may_read_intake,
        is_void=selectors.is_text_erased,
    )
)


def _need_fields(_cycle: Cycle) -> list[Field]:
    return [
        Field(_("No."), lambda row: row.number),
        Field(_("Need"), lambda row: row.title),
        Field(_("Summary"), lambda row: row.summary),
        *PLACE,
        Field(_("Suggestions"), lambda row: row.support),
        Field(_("State"), lambda row: row.get_outcome_display()),
        Field(_("Reason"), lambda row: row.reason),
        Field(_("Source"), lambda row: row.source),
    ]


def _needs(asked: Asked) -> QuerySet[Need]:
    rows: QuerySet[Need] = NeedFilter.on_page(asked.request, Need.objects.for_cycle(asked.place), *OF_FILES).qs
    return rows.order_by("-support", "number")


declare(
    Listing(
        "needs",
        _("Needs"),
        page="proposals:board",
        chosen=_needs,
        read=lambda cycle: selectors.needs_on_board().filter(cycle=cycle),
        fields=_need_fields,
        named=_named,
    )
)


def _candidates(row: Need) -> str:
    return "、".join(str(candidate.number) for candidate in sorted(row.candidates.all(), key=lambda one: one.number))


declare(
    Listing(
        "needs-of-desk",
        _("Needs"),
        page="proposals:desk_needs",
        chosen=_needs,
        read=lambda cycle: (
            selectors.needs_on_board().filter(cycle=cycle).select_related("opened_by").prefetch_related("candidates")
        ),
        fields=lambda cycle: [
            *_need_fields(cycle),
            Field(_("Candidates"), _candidates),
            Field(_("Opened"), lambda row: row.opened_at),
            Field(_("Opened by"), lambda row: row.opened_by.name),
            Field(_("Turned down"), lambda row: row.decided_at),
        ],
        named=lambda cycle: [
            *_named(cycle),
            Candidate.objects.for_cycle(cycle),
            User.objects.filter(pk__in=Need.objects.for_cycle(cycle).values("opened_by")),
        ],
        may_read=rules.may_read_desk,
    )
)


def _of_sheet(name: str) -> Callable[[Candidate], Any]:
    return lambda row: getattr(row.sheet, name) if hasattr(row, "sheet") else None


def _candidate_fields(_cycle: Cycle) -> list[Field]:
    return [
        Field(_("No."), lambda row: row.number),
        Field(_("Candidate"), lambda row: row.title),
        Field(_("Summary"), lambda row: row.summary),
        Field(_("Place"), lambda row: row.place),
        Field(_("Aspect"), _aspect),
        Field(_("Lead organisation"), lambda row: row.lead_organisation.name),
        Field(_("Kind"), lambda row: row.get_kind_display()),
        Field(_("Cost, 10,000 yuan"), lambda row: row.total_wan),
        Field(_("People served a year"), _of_sheet("people_served")),
        Field(_("Start"), _of_sheet("starts_on")),
        Field(_("Finished by"), _of_sheet("finishes_on")),
        Field(_("Legal basis"), _of_sheet("legal_basis")),
        Field(_("State"), lambda row: row.get_state_display()),
        Field(_("Reason"), lambda row: row.reason),
        Field(_("Source"), lambda row: row.source),
    ]


def _named_by_candidates(cycle: Cycle) -> list[QuerySet[Any]]:
    sheets = [
        FeasibilitySheet.objects.filter(candidate__cycle=cycle),
        CostLine.objects.filter(sheet__candidate__cycle=cycle),
    ]
    leading = Candidate.objects.for_cycle(cycle).values("lead_organisation")
    return [*_named(cycle), Organisation.objects.filter(pk__in=leading), *sheets]


declare(
    Listing(
        "candidates",
        _("Candidates"),
        page="proposals:candidates",
        chosen=lambda asked: CandidateFilter.on_page(
            asked.request, Candidate.objects.for_cycle(asked.place).public(), *OF_FILES
        ).qs.order_by("number"),
        read=lambda cycle: selectors.candidate_rows(cycle).exclude(state__in=NOT_PUBLIC),
        fields=_candidate_fields,
        named=_named_by_candidates,
    )
)


def _candidates_of_desk(asked: Asked) -> Any:
    rows = Candidate.objects.for_cycle(asked.place)
    return DeskCandidateFilter.on_page(asked.request, rows, *OF_FILES).qs.order_by("number")


declare(
    Listing(
        "candidates-of-desk",
        _("Candidates"),
        page="proposals:desk_candidates",
        chosen=_candidates_of_desk,
        read=selectors.candidate_rows,
        fields=_candidate_fields,
        named=_named_by_candidates,
        may_read=rules.may_read_desk,
    )
)


def _figures(asked: Asked) -> list[tuple[str, selectors.GroupShare]]:
    parameters.only(asked.request.GET, *OF_FILES)
    counted = selectors.statistics(asked.place)
    return [
        (gettext("In total"), counted.total),
        *((gettext("By aspect"), share) for share in counted.by_aspect),
        *((gettext("By place"), share) for share in counted.by_area),
        *((gettext("By channel"), share) for share in counted.by_channel),
    ]


declare(
    Listing(
        "suggestion-figures",
        _("Suggestions in figures"),
        page="proposals:statistics",
        chosen=_figures,
        fields=lambda _cycle: [
            Field(_("Counted"), lambda row: row[0]),
            Field(_("Group"), lambda row: row[1].label),
            Field(_("Received"), lambda row: row[1].received),
            Field(_("Answered"), lambda row: row[1].answered),
            Field(_("In time"), lambda row: row[1].in_time),
            Field(_("Late"), lambda row: row[1].late),
            Field(_("Adopted"), lambda row: row[1].adopted),
        ],
    )
)
