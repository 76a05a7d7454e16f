"""Acts upon rows that were chosen in a grid: first what will happen is shown, then it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from livelihood.audit.selectors import last_entry
from livelihood.kernel import parameters
from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.forms import SeenNumbers, seen_field, submit
from livelihood.kernel.pages import show_page, show_refusal
from livelihood.kernel.paging import PAGE_SIZE
from livelihood.lists.grids.declared import GridAct
from livelihood.lists.grids.shown import Asking
from livelihood.web.templatetags.web import number


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """A row that was chosen. read: what is read of it before. reason: why the act is not allowed or was refused."""

    pk: int
    name: str
    url: str
    read: Sequence[tuple[Text, str]] = ()
    reason: Text = ""


class ChosenForm(forms.Form):
    """Which rows were on the page of an act, and what of the journal was known there."""

    chosen = SeenNumbers()
    seen = seen_field()


def answered(asking: Asking, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Answer a request for a grid: with a window of it, as `grid`, or with what becomes of an act upon its rows."""
    if asking.request.method == "POST":
        return chosen_act(asking)
    if usual := asking.usual_url():
        return redirect(usual)
    window = asking.window(size=PAGE_SIZE)
    return render(asking.request, template, {"grid": window, "page": window.page, **context})


def chosen_act(asking: Asking) -> HttpResponse:
    """Answer a POST by which an act was chosen or is to be done.

    Where no row was chosen, or more than are taken at once, that leads back to the list as it was asked for.

    :raises BadParameters: no such act, or rows that cannot be read.
    """
    request, grid = asking.request, asking.grid
    acts = {act.name: act for act in grid.acts}
    act = acts[parameters.word(request.POST, "act", acts, default=grid.acts[0].name)]
    sent = ChosenForm(request.POST)
    keys: Sequence[int] | None = sent.cleaned_data["chosen"] if sent.is_valid() else None
    if keys is not None:
        return _do(asking, act, keys, sent.cleaned_data["seen"])
    seen = parameters.whole(request.POST, "seen")
    if parameters.is_given(request.POST, "all"):
        keys, seen = asking.keys(), last_entry()
    else:
        keys = parameters.wholes(request.POST, "row")
    if not keys:
        return _refused(asking, _("No row is chosen. Choose at least one, then the act."))
    if len(keys) > (most := act.at_once):
        text = _("More rows were chosen than are taken at once, {most} at most. Choose fewer, or narrow the list.")
        return _refused(asking, text.format(most=number(most)))
    return _page(asking, act, _ask(asking, act, asking.among(keys)), _form(asking, act, None), seen=seen or 0)


def _refused(asking: Asking, text: Text) -> HttpResponse:
    request = asking.request
    return show_refusal(request, InvalidInput(text), back=(asking.grid.title, request.get_full_path()))


def _form(asking: Asking, act: GridAct, data: Any) -> forms.Form:
    return act.form(asking.place, asking.by, asking.at, data) if act.form else forms.Form(data)


def _ask(asking: Asking, act: GridAct, rows: Sequence[Any]) -> list[ChosenRow]:
    """Ask the rule of an act about each row."""
    grid, chosen = asking.grid, []
    for row in rows:
        verdict = act.may(asking.by, row, asking.at)
        read = [*act.read(row)] if act.read and verdict else ()
        chosen.append(ChosenRow(row.pk, grid.named(row), grid.opened(row, asking.place), read, verdict.reason))
    return chosen


def _do(asking: Asking, act: GridAct, keys: Sequence[int], seen: int | None) -> HttpResponse:
    """Do an act upon the rows that were shown, and say of which it was refused."""
    request, grid = asking.request, asking.grid
    rows, form = asking.among(keys[: act.at_once]), _form(asking, act, request.POST)
    tried = submit(form, lambda: act.act(rows, **{**form.cleaned_data, "seen": seen}, by=asking.by, at=asking.at))
    if not tried:
        return _page(asking, act, _ask(asking, act, rows), form, seen=seen or 0)
    done = len(rows) - len(tried.result)
    refused = [
        ChosenRow(row.pk, grid.named(row), grid.opened(row, asking.place), reason=tried.result[row.pk].text)
        for row in rows
        if row.pk in tried.result
    ]
    if done:
        messages.success(request, act.done % {"count": done})
    if not refused:
        return redirect(request.get_full_path())
    return _page(asking, act, refused, form, seen=last_entry(), done=done)


def _page(
    asking: Asking, act: GridAct, chosen: Sequence[ChosenRow], form: forms.Form, *, seen: int, done: int | None = None
) -> HttpResponse:
    """Show what will happen to which rows; or, after it was tried, those that it was refused for."""
    is_tried = done is not None
    allowed = [row for row in chosen if is_tried or not row.reason]
    context = {
        "act": act,
        "form": form,
        "allowed": allowed,
        "refused": [row for row in chosen if row.reason],
        "done": done,
        "is_tried": is_tried,
        "keys": ".".join(str(row.pk) for row in allowed),
        "seen": seen,
        "title": asking.grid.title,
        "back_url": asking.request.get_full_path(),
    }
    return show_page(asking.request, "lists/grid_act.html", context, is_refused=form.is_bound)


def sent(request: HttpRequest) -> bool:
    """Say whether a POST asks for an act upon rows, and not for something else that its page does."""
    return parameters.is_given(request.POST, "act")
