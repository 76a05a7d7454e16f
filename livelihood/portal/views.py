"""Pages that belong to no single room: front, a cycle's home, search, my work, the year's settings, the journal."""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.accounts.selectors import signed_in
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Level
from livelihood.imports.exporters import shown_traces
from livelihood.imprint.selectors import page_text
from livelihood.inbox import selectors as inbox
from livelihood.kernel import parameters
from livelihood.kernel.methods import require_GET
from livelihood.kernel.paging import count_up_to, paginate
from livelihood.kernel.text import page_html
from livelihood.kernel.verdict import require
from livelihood.news import selectors as news
from livelihood.places import selectors as places
from livelihood.places.filters import PlaceFilter
from livelihood.portal import columns, exporters, finding, front, glance, home, journals, rules, selectors, where
from livelihood.portal import manuals as texts
from livelihood.portal import setting_up as steps
from livelihood.portal.cards import figures_note
from livelihood.portal.details import subject_in_words
from livelihood.portal.filters import JournalFilter
from livelihood.privacy import selectors as privacy
from livelihood.web import geojson
from livelihood.web.decorators import cycle_view, found, may_ask_position, public_page
from livelihood.web.navigation import public_sections
from proposals.selectors import published_letter
from voting.models import RollEntry

LONGEST_QUERY = 100
"""Characters of a search that are looked at."""

SHOWN = 20
"""Sign-ins and entries on one's own page, the last first."""


@may_ask_position
@public_page
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Find one's place by name, code or pinyin; without a search, show what is open and where each year stands."""
    filters = PlaceFilter.on_page(request, Area.objects.all())
    chosen = filters.highest
    if filters.chosen:
        found = {"is_search": True, "found": places.find_areas(chosen), "levels": Level.choices}
        return render(request, "portal/index.html", found)
    now, provinces = timezone.now(), list(places.provinces())
    shown = front.front(now)
    context = {
        "front": shown,
        "map": where.front_map([line.cycle for line in shown.years], provinces),
        "provinces": provinces,
        "is_demo": shown.is_demo,
        "card_note": figures_note(timezone.localdate(now), is_demo=shown.is_demo),
    }
    return render(request, "portal/index.html", context)


@public_page
@require_GET
@cycle_view
def cycle(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the one thing to do in this phase, where the year stands in pictures, and what is new."""
    now = timezone.now()
    year = home.YearRead(cycle, timezone.localdate(now))
    standing, pictures = home.cycle_home(year, now), glance.glance(year, now)
    main, side = columns.in_columns(pictures, standing, news.latest_of_year(cycle))
    context = {
        "home": standing,
        "glance": pictures,
        "main": main,
        "side": side,
        "card_note": figures_note(timezone.localdate(now), is_demo=cycle.is_demo),
    }
    return render(request, "portal/cycle_home.html", context)


@public_page
@require_GET
def front_areas(request: HttpRequest) -> JsonResponse:
    """Answer the outlines of the front page's map, as GeoJSON."""
    return geojson.answer(where.areas_with_years())


@public_page
@require_GET
@cycle_view
def letter_card(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the picture that chat applications show of a link to an open letter."""
    return HttpResponse(exporters.letter_card(found(published_letter(cycle)), timezone.now()), content_type="image/png")


@public_page
@require_GET
def front_years(request: HttpRequest) -> JsonResponse:
    """Answer where the years under way are, as GeoJSON."""
    return geojson.answer(where.years_on_map())


@public_page
@require_GET
def centres(request: HttpRequest) -> JsonResponse:
    """Answer where each area has its centre; the browser finds the nearest itself and tells nobody where it is."""
    return JsonResponse({"places": where.centres()})


@public_page
@require_GET
def track(request: HttpRequest) -> HttpResponse:
    """Lead from the number of a suggestion alone to where it is followed, whatever place and year."""
    parameters.only(request.GET, "number")
    typed = parameters.text(request.GET, "number", most=40)
    number = finding.suggestion_number(typed)
    if number and (address := finding.tracking_of(number)):
        return redirect(address)
    return render(request, "portal/track.html", {"typed": typed, "number": number})


@public_page
@require_GET
def front_card(request: HttpRequest) -> HttpResponse:
    """Show the picture that chat applications show of a link to the front page."""
    return HttpResponse(exporters.front_card(timezone.now()), content_type="image/png")


@public_page
@require_GET
@cycle_view
def year_card(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the picture that chat applications show of a link to a year."""
    return HttpResponse(exporters.year_card(cycle, timezone.now()), content_type="image/png")


@public_page
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find what everybody may read by its words; the number of a suggestion leads to where it is tracked."""
    found = _searched(request, finding.public_kinds())
    found["is_demo"] = any(group.is_demo for group in found["groups"])
    return render(request, "portal/search.html", found)


@require_GET
def desk_search(request: HttpRequest) -> HttpResponse:
    """Find what this person may see at their desk: numbers of suggestions, keys of sites, names, all words."""
    kinds = finding.desk_kinds(signed_in(request), timezone.now())
    return render(request, "portal/desk_search.html", _searched(request, kinds))


def _searched(request: HttpRequest, kinds: Sequence[finding.Searched]) -> dict[str, Any]:
    """Return what a search found: the first of each kind, or a page of all of one kind; where a number is tracked."""
    parameters.only(request.GET, "q", "kind")
    query = parameters.text(request.GET, "q", most=LONGEST_QUERY)
    key = parameters.word(request.GET, "kind", [kind.key for kind in kinds])
    number = finding.suggestion_number(query)
    found = {"query": query, "number": number, "tracking": finding.tracking_of(number) if number else ""}
    chosen = next((kind for kind in kinds if kind.key == key), None)
    if chosen is None:
        return found | {"groups": finding.search(query, kinds)}
    group, page = finding.search_in(query, chosen, request.GET)
    return found | {"groups": [group], "page": page, "back": f"?{urlencode({'q': query})}"}


@public_page
@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """Say what data may be had, where, and under which terms."""
    return render(request, "portal/data.html", {"endpoints": finding.open_data(endpoints())})


@public_page
@require_GET
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Show a page of the office's own: about, help, privacy, and what it has added."""
    text = found(page_text(key, (get_language() or "")[:2]))
    context = {"text": text, "body": page_html(text.body), "key": key}
    if key == "privacy":
        context["periods"] = privacy.told_periods()
    return render(request, "portal/page.html", context)


@public_page
@require_GET
def site_map(request: HttpRequest) -> HttpResponse:
    """Show where everything is: the pages of the portal, the years under way with their sections, the provinces."""
    years = [(year, public_sections(year, "")) for year in places.years_under_way()]
    context = {"years": years, "provinces": places.provinces(), "is_demo": any(year.is_demo for year, _links in years)}
    return render(request, "portal/site_map.html", context)


@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    """List everything due for this person, oldest first, and the years they work in."""
    now, user = timezone.now(), signed_in(request)
    return render(
        request,
        "portal/my_work.html",
        {
            "work": selectors.in_buckets(selectors.waiting_for(user, now), now),
            "desks": selectors.desks_of(signed_in(request), now),
            "leave": accounts.leave_on(signed_in(request), timezone.localdate(now)),
            "news": journals.done_by_others(signed_in(request), now),
            "unread": count_up_to(inbox.unread_of(signed_in(request))),
        },
    )


@require_GET
def setting_up(request: HttpRequest, area: str) -> HttpResponse:
    """Show an administrator what is there, what is missing, and the next step, until the first letter."""
    place = get_object_or_404(Area, slug=area)
    now, user = timezone.now(), signed_in(request)
    require(rules.may_set_up(user, place, now))
    return render(request, "portal/setting_up.html", {"page": steps.setting_up(place, user, now)})


@require_GET
def manuals(request: HttpRequest) -> HttpResponse:
    """List the manuals, those of one's own roles first."""
    roles = frozenset(Role(mandate.role) for mandate in accounts.held_mandates(signed_in(request), timezone.now()))
    own, others = texts.manuals_for(roles)
    return render(request, "portal/manuals.html", {"own": own, "others": others})


@require_GET
def manual(request: HttpRequest, key: str) -> HttpResponse:
    """Show a manual."""
    return render(request, "portal/manual.html", {"manual": found(texts.manual_at(key))})


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show one's own account: mandates, sign-ins, and what others have done to it."""
    now, user = timezone.now(), signed_in(request)
    context = {
        "mandates": accounts.held_mandates(user, now),
        "leave": accounts.leave_on(user, timezone.localdate(now)),
        "sessions": accounts.sessions_of(user, now)[:SHOWN],
        "sign_ins": accounts.sign_ins_of(user)[:SHOWN],
        "this_session": request.session.session_key,
        "entries": journals.journal_rows(list(journals.journal_of_account(user).order_by("-pk")[:SHOWN])),
    }
    return render(request, "portal/account.html", context)


@require_GET
def person_journal(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Show what a person of an area has done, in any year or none, and what was done to their account."""
    place = get_object_or_404(Area, slug=area)
    now, reader = timezone.now(), signed_in(request)
    require(rules.may_read_journal_of_area(reader, place, now))
    person = get_object_or_404(accounts.people_near(place), pk=pk)
    lines = RollEntry.objects.filter(deputy=person).values_list("pk", flat=True)
    traces = [
        *shown_traces(User._meta.label_lower, person.pk, reader=reader, at=now),
        *shown_traces(RollEntry._meta.label_lower, *lines, reader=reader, at=now),
    ]
    context = {"area": place, "person": person, "traces": traces} | _listed(
        request, *journals.journal_of_person(person, reader, now)
    )
    return render(request, "portal/person_journal.html", context)


@require_GET
@cycle_view
def journal(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show what was done in this year, newest first."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_journal(user, cycle, now))
    with_deputies = rules.may_read_journal_of_deputies(user, cycle, now).ok
    entries = journals.journal_of(cycle, with_deputies=with_deputies)
    without = journals.left_out(with_deputies=with_deputies)
    context = {"with_deputies": with_deputies} | _listed(request, entries, without=without)
    return render(request, "portal/journal.html", context)


@require_GET
def area_journal(request: HttpRequest, area: str) -> HttpResponse:
    """Show what was done in an area and belongs to no year, and lead to the journals of its years."""
    place = get_object_or_404(Area, slug=area)
    require(rules.may_read_journal_of_area(signed_in(request), place, timezone.now()))
    context = {"area": place, "years": journals.years_with_journal(place)}
    return render(request, "portal/area_journal.html", context | _listed(request, *journals.journals_of_area(place)))


def _listed(request: HttpRequest, *lists: QuerySet[Entry], without: Collection[str] = ()) -> dict[str, object]:
    """Return a page of entries, newest first. lists: as in `paginate`. without: acts that none of them holds."""
    filters = JournalFilter.on_page(request, Entry.objects.all(), without=without)
    chosen = [entries & filters.qs for entries in lists]
    entries = reduce(or_, chosen)
    page = paginate(entries, ["-at", "-pk"], request.GET, lists=chosen)
    rows, subject = journals.journal_rows(page.rows), filters.chosen.get("object", "")
    return {
        "form": filters.form,
        "object": subject,
        "called": rows[0].called if rows else subject_in_words(*subject.split(":")) if subject else "",
        "page": page,
        "rows": rows,
        "count": count_up_to(*chosen),
    }


def endpoints() -> list[str]:
    """Return the names of the API's collections."""
    from livelihood.api import router  # noqa: PLC0415 -- the router imports every room, this one too

    return [prefix for prefix, _viewset, _basename in router.registry]
