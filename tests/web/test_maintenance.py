"""The portal is closed for maintenance and opened again."""

import pytest
from django.core.management import CommandError, call_command

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "deep" / "maintenance"
    return settings.MAINTENANCE_FILE


def test_on_closes_every_page_and_off_opens_it(client, file, capsys):
    call_command("maintenance", "on")
    closed = [client.get(path) for path in ("/try/public/", "/try/private/", "/nowhere/")]
    posted = client.post("/try/form/", {"matter": "x"})
    call_command("maintenance", "off")
    opened = client.get("/try/public/")

    assert {(answer.status_code, answer["Retry-After"]) for answer in [*closed, posted]} == {(503, "300")}
    assert {answer.templates[0].name for answer in closed} == {"503.html"}
    assert opened.content == b"public"
    assert not file.exists()
    assert capsys.readouterr().out.splitlines() == ["The portal is closed for maintenance.", "The portal is open."]


@pytest.mark.parametrize(("path", "words"), [("/sign-in/", "几分钟后恢复"), ("/en/sign-in/", "Back in a few minutes")])
def test_the_page_speaks_the_language_of_the_address_and_is_strict(client, path, words):
    call_command("maintenance", "on")

    response = client.get(path)

    assert words in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


def test_probes_and_figures_answer_all_the_same(client):
    call_command("maintenance", "on")

    assert client.get("/health/live").status_code == 200
    assert client.get("/metrics").status_code == 200
    assert client.get("/health/ready").status_code in {200, 503}
    assert client.get("/health/ready").json()["database"] is True


def test_twice_is_as_good_as_once(client):
    for act in ("on", "on", "off", "off"):
        call_command("maintenance", act)

    assert client.get("/try/public/").status_code == 200


def test_an_unknown_act_is_refused(file):
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("maintenance", "maybe")

    assert not file.exists()
