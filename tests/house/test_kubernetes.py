"""The files of deploy/kubernetes are what Kubernetes knows, run the image as compose does, and give away no more."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.house.test_production_files import COMPOSE, SERVICES

FOLDER = settings.BASE_DIR / "deploy" / "kubernetes"
VERSIONS = ("1.31", "1.37")
"""The oldest and the newest version of Kubernetes whose own description the files must fit."""

SECRET = {
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATA_KEYS",
    "DATABASE_URL",
    "REDIS_URL",
    "MAIL_URL",
    "OIDC_CLIENT_SECRET",
}
OWNER = "portal-owner"


def built(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what kustomize would apply of a folder."""
    made = yaml.safe_load((folder / "kustomization.yaml").read_text())
    for name in made["resources"]:
        place = folder / name
        if place.is_dir():
            yield from built(place)
        else:
            yield from yaml.safe_load_all(place.read_text())


def pods(kinds: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what runs, by name."""
    found = {}
    for one in kinds:
        spec = one.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            found[one["metadata"]["name"].removeprefix("portal-")] = spec["template"]["spec"]
    return found


ALL = [*built(FOLDER), *built(FOLDER / "migrate")]
PODS = pods(ALL)
OURS = {name: pod for name, pod in PODS.items() if name != "nginx"}
(CONFIG,) = {yaml.safe_dump(one["data"]) for one in ALL if one["kind"] == "ConfigMap"}


@pytest.fixture(scope="module")
def kubernetes() -> Any:
    """Give the descriptions of Kubernetes, loaded by whoever needs them: it takes seconds."""
    return import_module("kubernetes_validate")


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_knows_every_word(kubernetes: Any, version: str):
    for one in ALL:
        kubernetes.validate(one, version, strict=True)


def test_a_word_that_kubernetes_does_not_know_is_found(kubernetes: Any):
    (job,) = [one for one in ALL if one["kind"] == "Job"]
    with pytest.raises(kubernetes.ValidationError):
        kubernetes.validate(job | {"spec": job["spec"] | {"backofLimit": 3}}, VERSIONS[-1], strict=True)


def test_every_file_is_applied_by_one_of_the_two():
    listed = {file for file in FOLDER.rglob("*.yaml") if file.name != "kustomization.yaml"}

    assert {
        file.parent / name
        for file in FOLDER.rglob("kustomization.yaml")
        for name in yaml.safe_load(file.read_text())["resources"]
        if name.endswith(".yaml")
    } == listed
    assert set(PODS) == {"web", "worker", "beat", "sealer", "nginx", "backup", "migrate"}


@pytest.mark.parametrize("name", PODS)
def test_no_pod_is_root_or_writes_into_its_image(name: str):
    pod = PODS[name]
    (container,) = pod["containers"]
    user = 101 if name == "nginx" else 10001

    assert pod["securityContext"] == {
        "runAsNonRoot": True, "runAsUser": user, "runAsGroup": user, "fsGroup": user,
        "seccompProfile": {"type": "RuntimeDefault"},
    }  # fmt: skip
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert pod["automountServiceAccountToken"] is False
    assert set(container["resources"]) == {"requests", "limits"}


def test_each_runs_the_image_and_the_command_that_compose_runs():
    for name, pod in OURS.items():
        (container,) = pod["containers"]
        assert container["image"] == "livelihood-portal"
        if name != "backup":
            assert container.get("command") == SERVICES[name].get("command")
    assert PODS["nginx"]["containers"][0]["image"] == SERVICES["nginx"]["image"]


def test_what_stays_is_looked_after():
    for name in ("web", "worker", "beat", "nginx"):
        assert "livenessProbe" in PODS[name]["containers"][0]
    web = PODS["web"]["containers"][0]
    assert {web[probe]["httpGet"]["path"] for probe in web if probe.endswith("Probe")} == {"/health/live"}


def test_settings_are_those_of_compose_and_no_secret_stands_here():
    config = yaml.safe_load(CONFIG)
    of_the_library = {name for name in config if name.startswith("PG")}

    assert set(config) - of_the_library == set(SERVICES["web"]["environment"]) - SECRET
    assert {name["name"] for name in PODS["nginx"]["containers"][0]["env"]} == set(SERVICES["nginx"]["environment"])
    assert not [one for one in ALL if one["kind"] == "Secret"]


def test_migrate_and_backup_alone_know_the_owner_of_the_tables():
    def secrets(pod: dict[str, Any]) -> set[str]:
        return {source["secretRef"]["name"] for source in pod["containers"][0]["envFrom"] if "secretRef" in source}

    assert {name for name, pod in OURS.items() if OWNER in secrets(pod)} == {"migrate", "backup"}
    assert all("portal-secrets" in secrets(pod) for pod in OURS.values())


def test_nginx_alone_reaches_web_and_there_is_one_clock():
    policies = {one["metadata"]["name"]: one["spec"] for one in ALL if one["kind"] == "NetworkPolicy"}
    (clock,) = [one for one in ALL if one["metadata"]["name"] == "portal-beat"]

    assert policies["portal-nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert policies["portal-nginx-to-web"]["ingress"][0]["from"] == [
        {"podSelector": {"matchLabels": {"app": "portal-nginx"}}}
    ]
    assert (clock["spec"]["replicas"], clock["spec"]["strategy"]) == (1, {"type": "Recreate"})
    assert "replicas" not in COMPOSE["services"]["beat"].get("deploy", {})
