"""The files of production agree with each other and with the code; tests/faults/test_nginx.py runs nginx itself."""

import os
import re
import shlex
import subprocess
import sys
import tomllib

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from livelihood.local_roles import FILE as ROLES

ROOT = settings.BASE_DIR
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {"web", "worker", "beat", "sealer", "migrate"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / "deploy" / "env.example").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
REFERENCE = re.compile(r"(?<!\$)\$\{(\w+)(:[?-])?([^}]*)\}")
SECRETS = {"SECRET_KEY", "DATA_KEYS", "POSTGRES_PASSWORD", "REDIS_PASSWORD"} | {
    f"DATABASE_{role}_PASSWORD" for role in ("OWNER", "APPLICATION", "READER")
}


def references() -> list[tuple[str, str, str]]:
    """Return each reference to a variable in the values of the compose file: name, operator, default or message."""
    return REFERENCE.findall(yaml.safe_dump(COMPOSE, width=10_000))


def test_all_services_are_there():
    assert set(SERVICES) == OURS | {"nginx", "postgres", "redis"}


def test_every_service_that_stays_has_a_health_check():
    lasting = {name: service for name, service in SERVICES.items() if service["restart"] != "no"}

    assert set(SERVICES) - set(lasting) == {"migrate"}
    assert {name for name, service in lasting.items() if "healthcheck" not in service} == {"web"}
    assert "\nHEALTHCHECK " in DOCKERFILE  # that of web


def test_our_containers_run_without_root_and_write_nowhere_but_in_their_volume():
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert last_stage.index("USER 10001") < last_stage.index("CMD")
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"] == ["data:/data"]


def test_no_secret_has_a_default_and_each_missing_one_says_what_to_do():
    told = {name: message for name, operator, message in references() if operator == ":?"}

    assert set(told) == SECRETS | {"PORTAL_HOST", "CERTIFICATE_FOLDER"}
    assert all(message.startswith(f"Set {name} in .env") for name, message in told.items())
    with_default = {name for name, operator, default in references() if operator == ":-" and default}
    assert not {name for name in with_default if re.search("KEY|PASSWORD|SECRET", name)}
    assert not re.search(r"(?i)(password|secret_key)[:=] *[a-z0-9]{6,}", EXAMPLE)


def test_the_example_names_every_variable_and_no_other():
    named = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))

    assert named == {name for name, _, _ in references()}
    assert set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == SECRETS | {
        "PORTAL_HOST",
        "CERTIFICATE_FOLDER",
    }


def test_one_number_scales_web_and_worker():
    assert SERVICES["web"]["deploy"] == SERVICES["worker"]["deploy"] == {"replicas": "${PORTAL_SCALE:-2}"}
    command = SERVICES["worker"]["command"]
    assert command[command.index("--concurrency") + 1] == "1"
    assert '"--workers", "1"' in DOCKERFILE


def test_only_nginx_is_reached_from_outside_and_the_stores_from_nowhere():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"nginx"}
    assert {name for name, service in SERVICES.items() if service["networks"] == ["inside"]} == {"postgres", "redis"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_logs_are_bounded_and_volumes_declared():
    for service in SERVICES.values():
        assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in used if name.isalpha()} == set(COMPOSE["volumes"])


def test_the_application_waits_for_the_migration():
    for name in ("web", "worker", "beat", "sealer"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "migrate", "--noinput"]


def test_the_migration_alone_knows_the_owner_of_the_tables():
    assert {name for name, service in SERVICES.items() if "DATABASE_OWNER_URL" in service["environment"]} == {"migrate"}
    assert SERVICES["migrate"]["environment"]["DATABASE_OWNER_URL"].startswith("postgres://livelihood_owner:")
    for name in OURS:
        assert SERVICES[name]["environment"]["DATABASE_URL"].startswith("postgres://livelihood_application:")


def test_the_database_is_made_with_its_roles_by_the_file_that_development_uses():
    assert "./deploy/roles.sql:/docker-entrypoint-initdb.d/roles.sql:ro" in SERVICES["postgres"]["volumes"]
    assert ROLES == ROOT / "deploy" / "roles.sql"
    given = set(re.findall(r"^\\getenv \w+ (\w+)$", ROLES.read_text(), re.MULTILINE))
    assert given == set(SERVICES["postgres"]["environment"]) - {"POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}


def test_what_the_files_name_exists():
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in shlex.split(line)[:-1]:
            assert (ROOT / source).exists(), source
            allowed = {rule[1:] for rule in (ROOT / ".dockerignore").read_text().splitlines() if rule.startswith("!")}
            assert source in allowed, f".dockerignore keeps {source} out"
    assert (ROOT / "deploy" / "nginx.conf.template").is_file()


def test_every_name_in_the_nginx_file_comes_from_the_compose_file():
    template = (ROOT / "deploy" / "nginx.conf.template").read_text()

    assert set(re.findall(r"\$\{(\w+)\}", template)) == set(SERVICES["nginx"]["environment"])


def test_the_builder_is_the_one_of_make():
    version = re.search(r"UV_VERSION := (\S+)", (ROOT / "Makefile").read_text())

    assert version is not None
    assert f"uv=={version[1]}" in DOCKERFILE


def test_the_server_in_the_image_is_a_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[><=]", dependency)[0] for dependency in project["dependencies"]}

    assert re.findall(r'^CMD \["(\w+)"', DOCKERFILE, re.MULTILINE) == ["granian"]
    assert "granian" in names


def test_every_variable_is_explained():
    read = set()
    for module in ("base", "production"):
        source = (ROOT / "livelihood" / "settings" / f"{module}.py").read_text()
        read |= set(re.findall(r'\benv\(\s*"(\w+)"', source))

    explained = set(re.findall(r"^\| `(\w+)` ", OPERATIONS, re.MULTILINE))
    assert explained == read | {name for name, _, _ in references()}


@pytest.mark.parametrize("command", sorted(set(re.findall(r"manage\.py (\w+)", OPERATIONS))))
def test_every_command_of_the_manual_exists(command):

    assert command in get_commands()


def test_production_knows_no_demo():
    production = {"DJANGO_SETTINGS_MODULE": "livelihood.settings.production", "ALLOWED_HOSTS": "portal.example"}
    environment = {**os.environ, **production, "SITE_URL": "https://portal.example", "SECRET_KEY": "k" * 50}
    call = [sys.executable, "manage.py", "demo", "--no-serve"]

    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "Unknown command: 'demo'" in done.stderr
