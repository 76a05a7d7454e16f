"""Where the administrator sets what the portal says of itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.imprint import rules, selectors, services
from livelihood.imprint.declared import Setting, own_page
from livelihood.imprint.forms import PageForm, SettingForm, standing
from livelihood.imprint.models import SettingVersion
from livelihood.imprint.previews import preview_of, shown
from livelihood.imprint.values import checked
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require

STEPS = ("save", "preview")


@require_GET
def setting_list(request: HttpRequest) -> HttpResponse:
    """List every setting with what stands in it, and what a government website still has to say."""
    require(rules.may_keep_imprint(signed_in(request), timezone.now()))
    groups = selectors.lines()
    missing = [line.setting for _group, lines in groups for line in lines if line.is_missing]
    return render(request, "imprint/setting_list.html", {"groups": groups, "missing": missing})


@require_http_methods(["GET", "POST"])
@once
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """Set one thing; what stands now, and everything that stood before, is in sight."""
    now = timezone.now()
    require(rules.may_keep_imprint(signed_in(request), now))
    one = _setting(key)
    versions = list(selectors.versions_of(key).defer("picture"))
    form = SettingForm(one, request.POST or None, request.FILES or None, initial=standing(one, versions))
    context = {"setting": one, "versions": versions, "now": shown(one, versions[0] if versions else None)}
    if parameters.word(request.POST, "step", STEPS) == "preview":
        return _preview(request, "imprint/setting.html", form, context)

    def act() -> SettingVersion:
        return services.write_setting(
            setting=one, content=form.content(), seen=form.cleaned_data["seen"], by=signed_in(request), at=now
        )

    if submit(form, act):
        return redirect("imprint:setting", key=key)
    return show_form(request, "imprint/setting.html", form, context)


@require_http_methods(["GET", "POST"])
@once
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show what a setting said once, and put it back."""
    now = timezone.now()
    require(rules.may_keep_imprint(signed_in(request), now))
    one = _setting(key)
    earlier = get_object_or_404(selectors.versions_of(key), number=number)
    newest = selectors.newest_number(key)
    if request.method == "POST":
        seen = parameters.whole(request.POST, "seen")
        services.restore_setting(version=earlier, seen=newest if seen is None else seen, by=signed_in(request), at=now)
        return redirect("imprint:setting", key=key)
    context = {"setting": one, "version": earlier, "newest": newest, "shown": shown(one, earlier)}
    return render(request, "imprint/version.html", context)


@require_http_methods(["GET", "POST"])
@once
def page_open(request: HttpRequest) -> HttpResponse:
    """Add a page of the office's own."""
    now = timezone.now()
    require(rules.may_keep_imprint(signed_in(request), now))
    form = PageForm(own_page("", ""), request.POST or None)
    if parameters.word(request.POST, "step", STEPS) == "preview":
        return _preview(request, "imprint/page_open.html", form, {})

    def act() -> SettingVersion:
        return services.open_page(key=form.cleaned_data["key"], content=form.content(), by=signed_in(request), at=now)

    if opened := submit(form, act):
        return redirect("imprint:setting", key=opened.result.key)
    return show_form(request, "imprint/page_open.html", form)


def _preview(request: HttpRequest, template: str, form: SettingForm, context: dict[str, object]) -> HttpResponse:
    """Show what was entered as it will be read, without writing it."""
    done = submit(form, lambda: checked(form.setting, form.content()))
    if not done:
        return show_form(request, template, form, context)
    return render(request, template, {**context, "form": form, "preview": preview_of(form.setting, done.result)})


def _setting(key: str) -> Setting:
    """Return a setting.

    :raises Http404: there is none.
    """
    one = selectors.setting_of(key)
    if one is None:
        raise Http404
    return one
