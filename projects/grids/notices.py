"""Notices on sites that did not keep their date: answered, sent back, closed, many at once."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Refusals
from livelihood.lists.grids.declared import Grid, GridAct, GridColumn, GridFilter, declare, one_by_one
from livelihood.web.templatetags.web import choice, moment
from projects import rules, selectors, services
from projects.filters import DUE, NoticeFilter
from projects.forms import CheckForm, FindingForm, NoticeAnswerForm
from projects.models import Notice
from projects.states import NoticeState


def _opened(notice: Notice, cycle: Cycle) -> str:
    return cycle.address("projects:desk_notice", pk=notice.pk)


def _site(notice: Notice, cycle: Cycle) -> SafeString:
    return format_html('<a href="{}">{}</a> · {}', _opened(notice, cycle), notice.site.name, notice.site.area.name)


def _due(notice: Notice, _cycle: Cycle) -> SafeString:
    cell = format_html("{}", moment(notice.due_on))
    if notice.state == NoticeState.ISSUED and notice.due_on < timezone.localdate():
        cell += format_html(' <span class="badge badge-need">{}</span>', _("Overdue"))
    return cell


def _settle(notice: Notice, cycle: Cycle) -> None:
    notice.site.cycle = cycle


def _upon(service: Callable[..., object]) -> Callable[..., Refusals]:
    return one_by_one(lambda notice, **given: service(notice=notice, **given))


def _answer(notices: Iterable[Notice], **given: Any) -> Refusals:
    return services.answer_notices(notices=notices, **given)


def _back_form(_cycle: Cycle, _user: Any, at: Any, data: Any) -> forms.Form:
    return CheckForm(data, initial={"answer_by": timezone.localdate(at) + timedelta(days=7)})


NOTICES = Grid(
    name="notices",
    title=pgettext_lazy("delivery", "Notices"),
    page="projects:desk_notices",
    columns=(
        GridColumn("site", _("Site"), _site, names_row=True, is_long=True),
        GridColumn(
            "unit",
            _("Responsible unit"),
            lambda notice, _cycle: notice.site.organisation.name if notice.site.organisation else "–",
            is_aside=True,
            is_long=True,
        ),
        GridColumn("broken", _("Date that was not kept"), lambda notice, _cycle: moment(notice.site_due_on)),
        GridColumn("due", _("Answer by"), _due, order="due"),
        GridColumn("answer", _("Answer"), lambda notice, _cycle: notice.answer or "–", is_usual=False, is_long=True),
        GridColumn("state", _("State"), lambda notice, _cycle: choice(notice, "state")),
    ),
    orders={"due": ["due_on", "pk"], "-due": ["-due_on", "-pk"]},
    filters=NoticeFilter,
    lists=lambda cycle, user, at: [selectors.notices_for(cycle, user, at)],
    named=lambda notice: notice.site.name,
    opened=_opened,
    chips=(
        GridFilter("state", _("State"), lambda _cycle: NoticeState.choices),
        GridFilter("due", _("Answer by"), lambda _cycle: DUE, counted=None),
    ),
    acts=(
        GridAct(
            "answer",
            "R",
            _("Answer the notice"),
            _("The supervision office reads this answer at each of these sites."),
            ngettext_lazy("%(count)d notice was answered.", "%(count)d notices were answered.", "count"),
            rules.may_answer_notice,
            _answer,
            lambda _cycle, _user, _at, data: NoticeAnswerForm(data),
        ),
        GridAct(
            "return",
            "B",
            _("Send the answer back"),
            _("The units have to answer again by the day that you set; they read what the answer lacks."),
            ngettext_lazy("%(count)d answer was sent back.", "%(count)d answers were sent back.", "count"),
            rules.may_close_notice,
            _upon(services.return_notice),
            _back_form,
            lambda notice: [(_("Answer"), notice.answer)],
        ),
        GridAct(
            "close",
            "C",
            _("Close the notice"),
            _("The sites are completed and the notices end. They cannot be opened again."),
            ngettext_lazy("%(count)d notice was closed.", "%(count)d notices were closed.", "count"),
            rules.may_close_notice,
            _upon(services.close_notice),
            lambda _cycle, _user, _at, data: FindingForm(data),
            lambda notice: [(_("Answer"), notice.answer)],
        ),
    ),
    joined=selectors.OF_NOTICE,
    settle=_settle,
)

OWN_NOTICES = replace(
    NOTICES,
    lists=lambda cycle, user, at: selectors.notices_of_units(
        cycle, accounts.organisations_of(user, at, Permission.REPORT_PROGRESS)
    ),
    also=("mine",),
)
"""The same, of what one's own units build or lead."""
declare(OWN_NOTICES)
