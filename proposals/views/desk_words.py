"""The words that an office looks for in suggestions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods, require_POST
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from proposals import rules, selectors, services
from proposals.forms import ListedWordsForm


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def words(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the lists of words that hold here, and put words on them."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_list_words(user, cycle, now))
    form = ListedWordsForm(request.POST or None)
    if submit(form, lambda: services.list_words(cycle=cycle, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("proposals:words"))
    return show_form(request, "proposals/words.html", form, {"words": selectors.words_for(cycle)})


@require_POST
@cycle_view
def word_off(request: HttpRequest, cycle: Cycle, word: int) -> HttpResponse:
    """Take a word off its list."""
    listed = found(selectors.word_at(cycle, word))
    services.unlist_word(cycle=cycle, word=listed, by=signed_in(request), at=timezone.now())
    return redirect(cycle.address("proposals:words"))
