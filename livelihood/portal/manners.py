"""Addresses that every site has: for search engines, monitors, readers of feeds, and who found a weakness."""

from dataclasses import asdict
from datetime import timedelta
from xml.etree import ElementTree as ET

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language

from livelihood.imprint.selectors import imprint_of, picture_of
from livelihood.kernel.methods import require_GET
from livelihood.portal import selectors
from livelihood.web.decorators import found, public_page

NOT_FOR_ENGINES = ("/desk/", "/booth/", "/api/", "/en/desk/", "/en/booth/")
VALID_FOR = timedelta(days=180)
"""How long security.txt says that it holds; RFC 9116 recommends less than a year."""
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


@public_page
@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what is for the public, and where its list is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ENGINES), f"Sitemap: {_whole('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public_page
@require_GET
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the public pages of every year in both languages; the rows of lists are found from there."""
    ET.register_namespace("", SITEMAP)
    ET.register_namespace("xhtml", XHTML)
    root = ET.Element(f"{{{SITEMAP}}}urlset")
    for path in (reverse("portal:index"), *selectors.public_addresses(imprint_of(request).pages)):
        versions = {code: f"{settings.SITE_URL}{translate_url(path, code)}" for code, _name in settings.LANGUAGES}
        for address in versions.values():
            url = ET.SubElement(root, f"{{{SITEMAP}}}url")
            ET.SubElement(url, f"{{{SITEMAP}}}loc").text = address
            for code, other in versions.items():
                ET.SubElement(url, f"{{{XHTML}}}link", {"rel": "alternate", "hreflang": code, "href": other})
    return HttpResponse(ET.tostring(root, encoding="utf-8", xml_declaration=True), content_type="application/xml")


@public_page
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """Tell who follows the portal where each year stands, what is new and what was corrected, the last first."""
    name = imprint_of(request)["name"]
    atom = Atom1Feed(
        title=str(name),
        link=f"{settings.SITE_URL}{reverse('portal:index')}",
        description="",
        author_name=str(name),  # RFC 4287 (4.1.1) demands an author
        language=get_language(),
        feed_url=f"{settings.SITE_URL}{reverse('portal:feed')}",
    )
    for entry in selectors.feed_entries():
        address = f"{settings.SITE_URL}{entry.path}"
        atom.add_item(
            title=entry.title,
            link=address,
            description=entry.text,
            unique_id=f"{settings.SITE_URL}{entry.path}#{entry.key}",
            pubdate=entry.since,
            updateddate=entry.since,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@public_page
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116).

    :raises Http404: nobody is named.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: zh, en",
        f"Canonical: {_whole('security')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public_page
@require_GET
def icon(request: HttpRequest, name: str) -> HttpResponse:
    """Lead browsers and phones that guess the address of the portal's mark to where it is."""
    return HttpResponsePermanentRedirect(staticfiles_storage.url(f"img/{name}"))


@public_page
@require_GET
def theme(request: HttpRequest) -> HttpResponse:
    """Give the colours that were set as a stylesheet: the content policy lets them come in no other way."""
    palettes = imprint_of(request).palettes
    lines = []
    if palettes is not None:
        light, dark = (
            "".join(f"--{name.replace('_', '-')}:{value};" for name, value in asdict(one).items()) for one in palettes
        )
        lines = [
            f":root{{{light}}}",
            f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{dark}}}}}',
            f':root[data-theme="dark"]{{{dark}}}',
        ]
    return HttpResponse("\n".join(lines), content_type="text/css; charset=utf-8")


@public_page
@require_GET
def picture(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Give the mark or an icon that was uploaded.

    :raises Http404: it is not the one that holds now.
    """
    return HttpResponse(found(picture_of(key, number)), content_type="image/png")


@login_not_required
@require_GET
def check_file(request: HttpRequest, name: str) -> FileResponse:
    """Serve a file by which another service checks whose domain this is; the administrator lays it in the folder.

    name: letters, digits, - and _ with the ending txt or html, as the address allows.

    :raises Http404: there is no such file.
    """
    file = settings.CHECK_FILES_FOLDER / name
    if not file.is_file():
        raise Http404
    response = FileResponse(file.open("rb"), content_type=f"text/{'html' if file.suffix == '.html' else 'plain'}")
    response["Last-Modified"] = http_date(file.stat().st_mtime)
    return response


def _whole(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"
