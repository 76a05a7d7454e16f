"""The least a page can do: answer nothing, or insert one row."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

TABLE = """
CREATE TABLE bare (id bigserial PRIMARY KEY, body text NOT NULL, at timestamptz NOT NULL DEFAULT now());
GRANT INSERT ON bare TO livelihood_application;
GRANT USAGE ON bare_id_seq TO livelihood_application;
"""


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """Answer nothing."""
    return HttpResponse(headers={"Content-Length": "0"})


@csrf_exempt
@login_not_required
def insert(request: HttpRequest) -> HttpResponse:
    """Insert the body as one row and commit."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare (body) VALUES (%s)", [request.body.decode()])
    return HttpResponse(headers={"Content-Length": "0"})
