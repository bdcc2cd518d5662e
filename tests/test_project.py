"""The project's own files: locked, valid, small, and silent about the machines they were written on."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from broadsheet.runtime import airflow_environment
from broadsheet.settings import Settings, load
from cluster.compose import demanded_variables

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 400
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>\S+)", re.MULTILINE)
CELERY_OPTIONS = {
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT",
}
"""Of the Celery provider, which only the image installs."""


def own_files() -> list[Path]:
    """Every file of the project, without what is installed, cached or made by running it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [file for name in listed.stdout.split("\0") if name and (file := ROOT / name).is_file()]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text()
    return {canonicalize_name(match["name"]): match["version"] for match in PINNED.finditer(text)}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize(
    ("file", "extras"),
    [
        ("requirements.txt", ["build"]),
        ("requirements-dev.txt", ["build", "dev"]),
        ("requirements-cluster.txt", ["build", "cluster"]),
    ],
)
def test_the_locked_requirements_satisfy_what_the_project_asks_for(file, extras):
    wanted = list(project()["dependencies"])
    for extra in extras:
        wanted += project()["optional-dependencies"][extra]
    locked = pins(file)
    for text in wanted:
        requirement = Requirement(text)
        version = locked.get(canonicalize_name(requirement.name))
        assert version, f"{file} does not hold {requirement.name}: make lock"
        assert requirement.specifier.contains(version), f"{file} holds {text} at {version}: make lock"


def test_all_locks_agree_on_what_the_product_runs_with():
    runs_with = pins("requirements.txt")
    for file in ("requirements-dev.txt", "requirements-cluster.txt"):
        assert runs_with.items() <= pins(file).items(), f"{file} disagrees with requirements.txt: make lock"


@pytest.mark.parametrize("file", sorted(ROOT.glob("requirements*.txt")), ids=lambda file: file.name)
def test_every_locked_requirement_has_its_hashes(file):
    entries = re.split(r"\n(?=[a-z0-9])", file.read_text())
    bare = [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
    assert not bare


def test_compose_file_is_valid():
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yaml"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="apt-get install docker-compose")
def test_compose_itself_takes_the_file_once_every_secret_is_exported():
    command = ["docker-compose", "--file", ROOT / "docker-compose.yaml", "config"]
    secrets = dict.fromkeys(demanded_variables(), "some-secret")
    asked = subprocess.run(command, env=os.environ | secrets, capture_output=True, text=True, check=True)
    worker = yaml.safe_load(asked.stdout)["services"]["worker"]
    assert worker["environment"]["BROADSHEET_DATABASE_URL"].endswith(":some-secret@postgres/broadsheet")
    for missing in secrets:
        some = {name: value for name, value in secrets.items() if name != missing}
        refused = subprocess.run(command, env=os.environ | some, capture_output=True, text=True, check=False)
        assert refused.returncode != 0


def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yaml").read_text())


def test_compose_services_are_checked_pinned_and_locked_down():
    services = compose()["services"]
    for name, service in services.items():
        assert service["restart"] == "no" or service.get("healthcheck"), f"{name} has no health check"
        assert service.get("build") or service["user"] not in {"root", "0"}, f"{name} runs as root"
        assert re.search(r":v?\d+\.\d+", service["image"]), f"{name}: {service['image']} is not pinned"
        assert not service.get("privileged")
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_workers_in_compose_can_be_scaled():
    services = compose()["services"]
    worker = services["worker"]
    assert not {"ports", "container_name", "hostname", "network_mode"} & worker.keys()
    assert not [name for name, service in services.items() if "network_mode" in service]
    assert "%h" in worker["command"][-1]


def test_workers_and_web_pages_in_compose_are_given_the_same_settings_and_only_such_as_exist():
    worker, web = (compose()["services"][name]["environment"] for name in ("worker", "web"))
    named = {name for name in {*worker, *web} if name.startswith("BROADSHEET_")}
    assert named <= {f"BROADSHEET_{name.upper()}" for name in Settings.__struct_fields__}
    shared = named & worker.keys() & web.keys()
    assert "BROADSHEET_SECRET_KEY" in shared
    assert {name: worker[name] for name in shared} == {name: web[name] for name in shared}


def test_the_web_pages_in_compose_know_no_secrets_and_may_change_nothing_but_their_state():
    web = compose()["services"]["web"]
    assert web["read_only"]
    assert web["cap_drop"] == ["ALL"]
    assert web["volumes"] == ["state:/state", "certificates:/certificates:ro"]
    assert not [name for name in web["environment"] if name.startswith("AIRFLOW")]
    assert load(web_environment(web), Path("/")).settings.web_trusted_proxies == ("127.0.0.1",)
    arguments = web["command"][1:]
    assert set(arguments[::2]) <= {"--host", "--workers"}


def web_environment(service: dict) -> dict[str, str]:
    """Its variables as they are where nothing is exported."""
    return {
        name: re.sub(r"\$\{\w+:[-?](.*?)\}", r"\1", value)
        for name, value in service["environment"].items()
        if value is not None
    }


def test_compose_secrets_come_from_outside_and_are_demanded():
    text = (ROOT / "docker-compose.yaml").read_text()
    secrets = set(re.findall(r"\$\{(\w*(?:PASSWORD|KEY|SECRET))\b", text))
    assert secrets >= {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "FERNET_KEY", "JWT_SECRET", "API_SECRET_KEY"}
    assert secrets >= {"MAIL_DATABASE_PASSWORD", "OBJECTS_SECRET_KEY", "BROADSHEET_SECRET_KEY"}
    for secret in secrets:
        assert f"${{{secret}:?" in text, f"{secret} may be missing without anybody noticing"
        assert f"${{{secret}:-" not in text, f"{secret} has a default"


def test_the_image_runs_as_nobody_special():
    dockerfile = (ROOT / "Dockerfile").read_text()
    users = re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE)
    assert users
    assert users[-1] not in {"root", "0"}
    assert "--require-hashes" in dockerfile
    assert all(
        re.search(r":\d+\.\d+", image) for image in re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    )


@pytest.mark.airflow
def test_every_airflow_option_we_set_exists(tmp_path):
    named = set(airflow_environment(Settings(home=str(tmp_path))))
    for service in compose()["services"].values():
        named |= set(service.get("environment", ()))
    named |= set(re.findall(r"AIRFLOW__\w+", (ROOT / "Dockerfile").read_text()))
    options = {name for name in named if name.startswith("AIRFLOW__")}
    assert len(options) > 15
    code = (
        "import sys\n"
        "from airflow.configuration import conf\n"
        "known = {f'AIRFLOW__{s}__{o}'.upper() for s, d in conf.configuration_description.items()"
        " for o in d['options']}\n"
        "print(*(set(sys.argv[1:]) - known))"
    )
    environment = os.environ | {"AIRFLOW_HOME": str(tmp_path / "airflow")}
    command = [sys.executable, "-c", code, *(options - CELERY_OPTIONS)]
    unknown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert unknown.stdout.split() == []


def test_no_module_is_too_long_to_be_read():
    rooms = [ROOT / room for room in ("dags", "plugins", "include")]
    modules = [file for room in rooms for file in room.rglob("*.py")]
    lengths = {file.relative_to(ROOT): file.read_text().count("\n") for file in modules}
    assert {file: length for file, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_imports_go_one_way():
    linter = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_readme_names_only_commands_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named >= {"demo", "test", "up"}
    assert named <= targets


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make (\S+)", helped, re.MULTILINE)) == set(phony[1].split())


def test_no_file_tells_of_a_machine_or_a_registry():
    # Each is written so that this file does not tell of it.
    told = re.compile(r"/[w]ork/|/[r]oot/|[p]ypi\.org|[p]ythonhosted|--[i]ndex-url")
    found = []
    for file in own_files():
        text = file.read_bytes().decode("utf-8", errors="replace")
        found += [f"{file.relative_to(ROOT)}: {match[0]}" for match in told.finditer(text)]
    assert found == []
