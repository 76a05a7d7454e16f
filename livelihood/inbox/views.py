"""One's own messages, one's own wishes, and the way out of mails without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.accounts.services.mails import is_mail_sent
from livelihood.inbox import selectors, services
from livelihood.inbox.forms import PreferenceForm
from livelihood.inbox.letters import user_of_token
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods, require_POST
from livelihood.kernel.pages import show_form
from livelihood.kernel.paging import count_up_to, paginate
from livelihood.web.decorators import found, public_form


@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """List what one was told, the newest first."""
    parameters.only(request.GET, "show")
    user = signed_in(request)
    unread = selectors.unread_of(user)
    is_unread = parameters.word(request.GET, "show", ["unread"]) == "unread"
    rows = unread if is_unread else selectors.messages_of(user)
    context = {
        "page": paginate(rows, selectors.ORDER, request.GET),
        "count": count_up_to(rows),
        "unread": count_up_to(unread),
        "is_unread": is_unread,
    }
    return render(request, "inbox/message_list.html", context)


@require_POST
def message_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to what a message is about; it is read then."""
    user = signed_in(request)
    message = get_object_or_404(selectors.messages_of(user), pk=pk)
    services.read_message(message=message, by=user, at=timezone.now())
    return redirect(message.path)


@require_POST
def messages_read(request: HttpRequest) -> HttpResponse:
    """Note that all were seen."""
    services.read_all(by=signed_in(request), at=timezone.now())
    return redirect("inbox:messages")


@require_http_methods(["GET", "POST"])
@once
def preference(request: HttpRequest) -> HttpResponse:
    """Take what one wishes to be told beside the portal."""
    user = signed_in(request)
    form = PreferenceForm(selectors.preference_of(user), request.POST or None)
    if submit(form, lambda: services.set_preference(**form.wishes(), by=user, at=timezone.now())):
        return redirect("inbox:messages")
    reached = _("Mails go to the address in your account.")
    unreached = _("No mail reaches you: the portal sends none, or your account has no address. Ask your administrator.")
    context = {
        "title": _("How you are told"),
        "text": reached if is_mail_sent() and user.mail else unreached,
        "label": _("Save"),
        "cancel_url": reverse("inbox:messages"),
    }
    return show_form(request, "form_page.html", form, context)


@public_form
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails of whoever was sent this link: by one button here, or by one click in the mail program (RFC 8058).

    Opening it changes nothing, as programs that look into mails open every link.
    """
    user = get_object_or_404(User, pk=found(user_of_token(token)))
    if request.method == "POST":
        services.stop_mails(user=user, at=timezone.now())
    return render(request, "inbox/stop.html", {"is_stopped": request.method == "POST"})
