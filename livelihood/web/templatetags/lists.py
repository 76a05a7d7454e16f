"""Tags around a list, each of which keeps the address of its page: chips, search, order, files.

Loaded as ``{% load lists %}``; the use of each is listed in ``docs/components.md``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from livelihood.kernel.listings import listings
from livelihood.kernel.parameters import Fault

register = template.Library()

PAGE_PARAMETERS = ("after", "before", "page")
"""Paging cursors: a new filter or order starts again at the first page."""
MOST_CHIPS = 8
"""More values of one filter would push what is filtered off the screen of a phone."""


def request_in(context: Context) -> HttpRequest | None:
    """Find the request, also inside an ``include … only``, where its variable is gone."""
    return getattr(context, "request", None) or context.get("request")


def _query(context: Context) -> QueryDict:
    request = request_in(context)
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for parameter in PAGE_PARAMETERS:
        query.pop(parameter, None)
    return query


def with_query(context: Context, **changes: str | None) -> str:
    """Return this page's URL with some parameters set or (None) removed, from its first page on."""
    query = _query(context)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    request = request_in(context)
    path = request.path if request else ""
    return f"{path}?{query.urlencode()}" if query else path or "?"


@register.inclusion_tag("components/filter_chips.html", takes_context=True)
def filter_chips(
    context: Context, name: str, label: str, choices: Iterable[Sequence[Any]], negated: Collection[str] | None = None
) -> Mapping[str, Any]:
    """Offer the values of one filter as links, the chosen one marked; a great many are folded away until asked for.

    choices: (value, label) or (value, label, count) in the order shown.
    negated: the filters that keep what does not match, where this one can; the parameter `not` names them.
    """
    chosen = _query(context).get(name, "")
    # Another value is looked for as it is: what was turned round was the last one.
    straight: dict[str, str | None] = {}
    if negated is not None:
        straight["not"] = ".".join(one for one in negated if one != name) or None
    all_url = with_query(context, **{name: None, **straight})
    chips = [{"label": _("All"), "url": all_url, "is_on": chosen == "", "count": None}]
    for value, text, *count in choices:
        chips.append(
            {
                "label": text,
                "url": with_query(context, **{name: str(value), **straight}),
                "is_on": chosen == str(value),
                "count": count[0] if count else None,
            }
        )
    now = next((chip["label"] for chip in chips if chip["is_on"]), chosen)
    if negated is not None and chosen:
        is_on = name in negated
        turned = straight if is_on else {"not": ".".join([*negated, name])}
        chips.append({"label": _("All but this"), "url": with_query(context, **turned), "is_on": is_on, "count": None})
        now = _("all but %(value)s") % {"value": now} if is_on else now
    return {"label": label, "chips": chips, "is_folded": len(chips) > MOST_CHIPS, "is_open": chosen != "", "now": now}


@register.simple_tag(takes_context=True)
def without_parameters(context: Context, faults: Iterable[Fault]) -> str:
    """Address this page again without what it could not read."""
    return with_query(context, **dict.fromkeys(fault.name for fault in faults))


@register.simple_tag(takes_context=True)
def with_parameter(context: Context, name: str, value: str) -> str:
    """Address this page with another value of one parameter."""
    return with_query(context, **{name: value})


@register.inclusion_tag("components/search_form.html", takes_context=True)
def search_form(context: Context, label: str, name: str = "q") -> Mapping[str, Any]:
    """Search within this list, its filters kept."""
    query = _query(context)
    kept = [(key, value) for key, values in query.lists() if key != name for value in values]
    action = getattr(request_in(context), "path", "")
    return {"label": label, "name": name, "value": query.get(name, ""), "kept": kept, "action": action}


@register.inclusion_tag("components/sort_link.html", takes_context=True)
def sort_link(context: Context, key: str, label: str) -> Mapping[str, Any]:
    """Order the list by a column, and the other way round when it is so ordered."""
    now = _query(context).get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return {
        "label": label,
        "direction": direction,
        "url": with_query(context, sort=f"-{key}" if direction == "ascending" else key),
    }


@register.inclusion_tag("components/downloads.html", takes_context=True)
def downloads(context: Context, name: str, **part: object) -> Mapping[str, Any]:
    """Offer exactly the list that is shown as a file, whatever number of rows it has.

    name: of its Listing. part: of what in the year or area it is, such as `round=2`.
    """
    listing = listings()[name]
    kwargs: dict[str, object] = {} if listing.of_area else {"year": context["cycle"].year}
    area = context["area"] if listing.of_area else context["cycle"].area
    address = reverse(listing.address, kwargs={"area": area.slug, "listing": name, **kwargs})
    query = _query(context)
    for of_the_page in ("columns", "saved"):  # a file has them all
        query.pop(of_the_page, None)
    query.update({key: str(value) for key, value in part.items()})
    urls = {}
    for kind in ("xlsx", "csv"):
        query["export"] = kind
        urls[kind] = f"{address}?{query.urlencode()}"
    return {"title": listing.title, **urls}
