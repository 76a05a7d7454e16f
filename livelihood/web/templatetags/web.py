"""Filters and tags behind the components: figures in words, addresses, pictures.

Loaded as ``{% load web %}``; the use of each is listed in ``docs/components.md``.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

import segno
from django import template
from django.db.models import Model
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from livelihood.cycles.models import Organisation
from livelihood.kernel.lights import Light
from livelihood.kernel.qr import MASK
from livelihood.kernel.sheets.handling import handlers
from livelihood.kernel.text import for_reader
from livelihood.kernel.units import unit_name
from livelihood.web.regions import table_region
from livelihood.web.templatetags.form_again import sent_fields
from livelihood.web.templatetags.lists import request_in, with_query

register = template.Library()

Number = int | float | Decimal

NOTHING = "–"
WHOLE = 100  # per cent
ELDER = "elder"


# Figures


@register.filter
def colon(label: object) -> str:
    """Return a label with the colon of the language, which stands close to it."""
    return f"{label}{pgettext('before a name', ': ')}"


@register.filter
def number(value: Number | None, places: int = 4) -> str:
    """Write a number with grouped thousands and without trailing zeros.

    places: digits kept after the point at most; halves round up.
    """
    if value is None:
        return NOTHING
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    digits = f"{rounded:,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


@register.filter
def quantity(value: Number | None, unit: str) -> str:
    """Write a number with its unit, kept on one line."""
    return NOTHING if value is None else f"{number(value)}\N{NO-BREAK SPACE}{unit_name(unit)}"


register.filter("unit_name", unit_name)


@register.filter
def percent(ratio: Number | None, places: int = 1) -> str:
    """Write a ratio (1 is the whole) as a percentage that never flatters.

    What is short of the whole stays below 100 %, and what has begun stays above 0 %.
    """
    if ratio is None:
        return NOTHING
    exact = Decimal(str(ratio)) * WHOLE
    step = Decimal(1).scaleb(-places)
    shown = exact.quantize(step, rounding=ROUND_HALF_UP)
    if exact < WHOLE <= shown:
        shown = WHOLE - step
    elif exact > 0 >= shown:
        shown = step
    return f"{number(shown, places)}%"


@register.filter
def money(wan: Number | None) -> str:
    """Write an amount kept in units of 10,000 yuan as the reader's language counts money."""
    if wan is None:
        return NOTHING
    if (get_language() or "").startswith("zh"):
        return _("%(amount)s ten thousand yuan") % {"amount": number(wan)}
    return _("%(amount)s million yuan") % {"amount": number(Decimal(str(wan)) / 100, 6)}


@register.filter
def moment(value: date | datetime | None) -> SafeString:
    """Write a day, or a day and time, as a ``<time>`` element in the reader's language and time zone."""
    if value is None:
        return mark_safe(NOTHING)  # noqa: S308 -- a constant
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        text = formats.date_format(local, "DATETIME_FORMAT")
        return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)
    return _day(value, get_language())


@lru_cache(maxsize=4_096)
def _day(value: date, _language: str | None) -> SafeString:
    """Write a day; a list shows few, and writing one anew takes longer than all else of its cell."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.date_format(value, "DATE_FORMAT"))


@register.simple_tag
def days_in(first: date | None, last: date | None, year: int) -> SafeString:
    """Write from which to which day, on a page of a year.

    The first day has its year where it is not the page's, the last where it is not that of the first.
    """
    shown = SafeString()
    if first:
        shown += _day_in(first, has_year=first.year != year)
    if last:
        shown += format_html("–{}", _day_in(last, has_year=last.year != (first.year if first else year)))
    return shown


def _day_in(value: date, *, has_year: bool) -> SafeString:
    # Translators: a date format of Django, the month and the day.
    form = "DATE_FORMAT" if has_year else pgettext("date format", "M j")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.date_format(value, form))


DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}")


@register.filter
def unbroken(text: object) -> SafeString:
    """Keep each day that a sentence names on one line, as `moment` keeps one that stands alone."""
    escaped = text if isinstance(text, SafeString) else conditional_escape(str(text))
    kept = DAY.sub(r'<span class="unbroken">\g<0></span>', escaped)
    return mark_safe(kept)  # noqa: S308 -- escaped before


@register.filter
def called_in(organisation: Organisation | None, year: int) -> str:
    """Name an organisation on a page of a year; one that was renamed in it or since, with what it was called before."""
    if organisation is None:
        return NOTHING
    if organisation.renamed_on is None or organisation.renamed_on.year < year:
        return organisation.name
    names = {"name": organisation.name, "old": for_reader(organisation.formerly_zh, organisation.formerly_en)}
    return _("%(name)s (formerly %(old)s)") % names


@register.filter
def duration(length: Number | None, unit: int = 1) -> str:
    """Write a length of time by its two largest units. unit: the seconds that a length of 1 stands for."""
    if length is None:
        return NOTHING
    minutes, seconds = divmod(int(length) * unit, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [
        written % {"number": number}
        for number, written in (
            (days, _("%(number)s d")), (hours, _("%(number)s h")), (minutes, _("%(number)s min")),
            (seconds, _("%(number)s s")),
        )
        if number
    ]  # fmt: skip
    if len(parts) > 1:
        return _("%(larger)s %(smaller)s") % {"larger": parts[0], "smaller": parts[1]}
    return parts[0] if parts else _("%(number)s s") % {"number": 0}


@register.filter
def light_word(light: str) -> str:
    """Name the state a light stands for; the colour alone never says it."""
    return str(Light(light).label)


@register.simple_tag
def light_mark(light: str, why: object = "") -> SafeString:
    """Draw a light with its word and, if given, its reason: the component `light`, of which a list shows few kinds."""
    return _light_mark(str(light), str(why), get_language())


@lru_cache(maxsize=256)
def _light_mark(light: str, why: str, language: str | None) -> SafeString:
    return mark_safe(render_to_string("components/light.html", {"light": light, "why": why}))  # noqa: S308 -- a template


@register.filter
def choice(row: Model, field: str) -> str:
    """Name what a row has chosen; `get_…_display` does too, and hashes the words of all choices for every row."""
    value = getattr(row, field)
    return str(_choices(type(row), field).get(value, value))


@cache
def _choices(model: type[Model], field: str) -> Mapping[object, object]:
    found: Any = model._meta.get_field(field)
    return dict(found.flatchoices)


# Addresses


@register.simple_tag
def cycle_url(name: str, cycle: Any, **kwargs: Any) -> str:
    """Address a page of a cycle by the name of its URL."""
    return cycle.address(name, **kwargs)


@register.simple_tag(takes_context=True)
def translated_path(context: Context, language: str) -> str:
    """Address this very page, its query included, in another language."""
    request = request_in(context)
    if request is None:
        return "/"
    url, match = request.get_full_path(), request.resolver_match
    if match is None:  # no page: refused before it was sought, or none is there
        return translate_url(url, language)
    _path, mark, query = url.partition("?")
    try:
        with override(language):
            return f"{reverse(match.view_name, args=match.args, kwargs=match.kwargs)}{mark}{query}"
    except NoReverseMatch:
        return url


def _is_elder(context: Context) -> bool:
    request = request_in(context)
    return request is not None and request.GET.get("view") == ELDER


@register.simple_tag(takes_context=True)
def keep_view(context: Context, url: str) -> str:
    """Carry the elder view on to the next page for a reader without scripts; only once where the address has it."""
    if not _is_elder(context):
        return url
    path, hash_, fragment = url.partition("#")
    address, _mark, text = path.partition("?")
    query = QueryDict(text, mutable=True)
    query["view"] = ELDER
    return f"{address}?{query.urlencode()}{hash_}{fragment}"


@register.simple_tag(takes_context=True)
def view_attribute(context: Context) -> SafeString:
    """Mark the page as elder mode if it was asked for so by its URL."""
    return mark_safe(f' data-view="{ELDER}"' if _is_elder(context) else "")  # noqa: S308 -- constants


@register.simple_tag(takes_context=True)
def view_switch(context: Context) -> str:
    """Address this page in the other view, the elder or the ordinary one."""
    return with_query(context, view=None if _is_elder(context) else ELDER)


@register.inclusion_tag("components/again.html", takes_context=True)
def again(context: Context, url: str, label: str, *, language: str = "", view: str = "") -> Mapping[str, Any]:
    """Offer this answer to a public form again, at another address: a link would lead away from it.

    Shown only where the answer may be asked for twice (`public_form`); nothing elsewhere.
    """
    return {"url": url, "label": label, "language": language, "view": view, "fields": sent_fields(request_in(context))}


@register.simple_tag(takes_context=True)
def door(context: Context, kind: str, target: object = "") -> str:
    """Return the address where a sheet is brought; "" for who may not bring it here now. kind: name of its Kind."""
    handler = handlers()[kind]
    cycle = context["cycle"] if handler.hangs_on_year else None
    area = cycle.area if cycle else context["area"]
    if not handler.may_bring(context["request"].user, area, cycle, timezone.now()):
        return ""
    address = cycle.address("imports:of_year") if cycle else reverse("imports:of_area", kwargs={"area": area.slug})
    return f"{address}?{urlencode({'what': f'{kind}:{target}'})}"


# Blocks and pictures


@register.simple_block_tag
def tableregion(content: SafeString, label: str, *, is_pictured: bool = False) -> SafeString:
    """Let a wide table scroll in itself, by keyboard too, under a name; on a phone a long one is folded."""
    return table_region(content, label, is_pictured=is_pictured)


@register.inclusion_tag("components/qr.html")
def qr(text: str, label: str, image: str = "") -> Mapping[str, Any]:
    """Show a QR code with its text beneath for who cannot scan, drawn here.

    image: where it is drawn if asked for, by a page that must not wait for it.
    """
    if image:
        return {"image": image, "text": text, "label": label}
    code = segno.make(text, micro=False, error="m", mask=MASK)
    svg = code.svg_inline(scale=4, border=2, svgclass="qr-code", lineclass=None, omitsize=True)
    return {"svg": mark_safe(svg), "text": text, "label": label}  # noqa: S308 -- drawn by segno, holds no text
