"""Where the published facts of a page come from: a mark beside each, and the sources once, at the page's end."""

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


def _sources(context: Context) -> dict[str, int]:
    """Return the sources that the page has named so far, with their numbers; the request keeps them."""
    request: HttpRequest | None = getattr(context, "request", None) or context.get("request")
    if request is None:
        return {}
    if not hasattr(request, "footnotes"):
        request.footnotes = {}  # type: ignore[attr-defined]
    found: dict[str, int] = request.footnotes  # type: ignore[attr-defined]
    return found


@register.simple_tag(takes_context=True)
def source_mark(context: Context, source: str) -> SafeString:
    """Mark a published fact by the number of its source; nothing where there is none."""
    if not source:
        return mark_safe("")
    number = _sources(context).setdefault(source, len(_sources(context)) + 1)
    spoken = _("Published fact, source %(number)s") % {"number": number}
    mark = '<sup class="source-mark" title="{}"><span aria-hidden="true">[{}]</span>{}</sup>'
    return format_html(mark, source, number, format_html('<span class="visually-hidden">{}</span>', spoken))


@register.inclusion_tag("components/footnotes.html", takes_context=True)
def footnotes(context: Context) -> dict[str, list[tuple[int, str]]]:
    """List the sources that the page has named, in their order."""
    return {"sources": [(number, source) for source, number in _sources(context).items()]}
