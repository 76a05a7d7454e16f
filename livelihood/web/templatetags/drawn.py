"""Loaded as ``{% load drawn %}``: pictures that were drawn elsewhere, as a page shows them."""

import re
from html import unescape

from django import template
from django.template.context import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from livelihood.web.templatetags.web import keep_view

register = template.Library()

HREF = re.compile(r'href="([^"]*)"')


@register.simple_tag(takes_context=True)
def picture(context: Context, svg: SafeString) -> SafeString:
    """Show a picture whose links carry the elder view on, as those of the page do."""
    kept = HREF.sub(lambda found: f'href="{escape(keep_view(context, unescape(found[1])))}"', svg)
    return mark_safe(kept)  # noqa: S308 -- drawn by ourselves, and the address is escaped
