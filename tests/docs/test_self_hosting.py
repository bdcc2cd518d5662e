"""What docs/self-hosting.md tells to write and to type works: settings, units, backup and restore."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import msgspec
import pytest
import yaml

from broadsheet import cli
from broadsheet.settings import ENV_PREFIX, Settings, load
from docs.pages import ROOT, blocks, prose

PAGE = ROOT / "docs" / "self-hosting.md"
UNITS = [block for block in blocks(PAGE, "ini") if block.startswith("[Unit]")]
SHELL = blocks(PAGE, "sh")
BACKED_UP_AT = "2026-11-15T12:00:00+00:00"
BIN = Path(sys.executable).parent


def the_one(beginning_of_a_line: str) -> str:
    """The shell block that has a line which begins so."""
    (found,) = [
        block for block in SHELL if re.search(rf"^{re.escape(beginning_of_a_line)}", block, re.MULTILINE)
    ]
    return found


Ask = Callable[..., str]


@pytest.fixture
def broadsheet(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What a command prints, with its home folder and settings: ``broadsheet(home, "runs", "--json")``."""

    def run(home: Path, *arguments: str, **settings: str) -> str:
        printed = BytesIO()
        with monkeypatch.context() as patch, redirect_stdout(TextIOWrapper(printed, "utf-8")) as out:
            for name in [name for name in os.environ if name.startswith(ENV_PREFIX)]:
                patch.delenv(name)
            for name, value in {"home": str(home), "clock": BACKED_UP_AT, **settings}.items():
                patch.setenv(ENV_PREFIX + name.upper(), value)
            assert cli.run(arguments) == 0
            out.flush()
            return printed.getvalue().decode()

    return run


def run_shell(script: str, home: Path, *arguments: str) -> None:
    environment = os.environ | {"BROADSHEET_HOME": str(home)}
    subprocess.run(["sh", "-eu", "-c", script, "sh", *arguments], env=environment, check=True)


def test_the_settings_file_is_valid(tmp_path: Path) -> None:
    (shown,) = blocks(PAGE, "toml")
    (tmp_path / "broadsheet.toml").write_text(shown)
    settings = load({}, tmp_path).settings
    assert settings.public_url == "https://broadsheet.example.org"


def test_every_setting_named_exists() -> None:
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)(?: = [^`]*)?`", prose(PAGE)))
    tables_and_parameters = {"digest_log", "delivery_log", "recipient_delimiter"}
    assert named - tables_and_parameters <= set(Settings.__struct_fields__)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_units_are_valid(tmp_path: Path) -> None:
    names = [
        "broadsheet.service",
        "broadsheet-web.service",
        "broadsheet-backup.service",
        "broadsheet-backup.timer",
    ]
    for name, unit in zip(names, UNITS, strict=True):
        here = unit.replace("/opt/broadsheet/.venv/bin/broadsheet ", f"{BIN}/broadsheet ")
        here = here.replace("/usr/local/sbin/broadsheet-backup", str(BIN / "broadsheet"))
        (tmp_path / name).write_text(here)
    command = ["systemd-analyze", "verify", "--man=no", *(tmp_path / name for name in names)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in verified.stderr.splitlines() if str(tmp_path) in line or "broadsheet" in line]
    assert (verified.returncode, told) == (0, [])


def test_the_site_in_compose_takes_what_is_exported_for_it() -> None:
    web = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"]["web"]
    exported = re.findall(r"^export (\w+)=", the_one("export BROADSHEET_WEB_TRUSTED_PROXIES"), re.MULTILINE)
    assert len(exported) == 3
    for name in exported:
        assert web["environment"][name].startswith(f"${{{name}:-")
    called = [sys.executable, *web["entrypoint"][1:], web["command"][0], "--help"]
    assert "--workers" in subprocess.run(called, capture_output=True, text=True, check=True).stdout


def test_both_services_are_hardened_alike() -> None:
    services = [unit for unit in UNITS if "broadsheet/.venv" in unit]
    hardening = [unit[unit.index("CapabilityBoundingSet=") : unit.index("[Install]")] for unit in services]
    assert len(hardening) == 2
    assert hardening[0] == hardening[1]


def test_shell_blocks_can_be_parsed() -> None:
    for block in SHELL:
        subprocess.run(["sh", "-n", "-c", block], check=True)


@pytest.fixture
def backup(fortnight: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    for _ in range(2):
        run_shell(the_one("# broadsheet-backup FOLDER"), fortnight.home_path, str(folder))
    return folder


@pytest.fixture
def restored(backup: Path, tmp_path: Path) -> Path:
    home = tmp_path / "restored"
    run_shell(the_one("from=/srv/backup/broadsheet").replace("/srv/backup/broadsheet", str(backup)), home)
    return home


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_was_backed_up_comes_back(broadsheet: Ask, fortnight: Settings, restored: Path) -> None:
    asks = [
        ["status", "--all", "--json"],
        ["runs", "--all", "--json"],
        ["subscribers", "export"],
        ["subscribers", "consent", "--json"],
        ["sql", "FROM changes", "--json"],
        ["sql", "FROM delivery_log", "--json"],
    ]
    for ask in asks:
        assert broadsheet(restored, *ask) == broadsheet(fortnight.home_path, *ask), ask
    assert contents(restored / "journal") == contents(fortnight.journal_path)
    assert (restored / "secret.key").read_bytes() == (fortnight.home_path / "secret.key").read_bytes()


def test_closed_months_come_back(broadsheet: Ask, fortnight: Settings, tmp_path: Path) -> None:
    home, copy, back = (tmp_path / name for name in ("home", "copy", "back"))
    shutil.copytree(fortnight.home_path, home)
    folded = msgspec.json.decode(broadsheet(home, "fold", "--json", clock="2026-12-05T00:00:00+00:00"))
    assert {segment["period"] for segment in folded["folded"]} == {"2026-11"}
    run_shell(the_one("# broadsheet-backup FOLDER"), home, str(copy))
    shutil.rmtree(home)
    run_shell(the_one("from=/srv/backup/broadsheet").replace("/srv/backup/broadsheet", str(copy)), back)
    ask = ["sql", "FROM observations ORDER BY ALL", "--json"]
    assert broadsheet(back, *ask) == broadsheet(fortnight.home_path, *ask)
    assert msgspec.json.decode(broadsheet(back, "replay", "--json"))["differences"] == []


def test_a_restored_archive_makes_the_same_warehouse(broadsheet: Ask, restored: Path) -> None:
    assert msgspec.json.decode(broadsheet(restored, "replay", "--json"))["differences"] == []


def test_nobody_else_may_read_a_backup(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert (backup / "mail.sqlite").stat().st_mode & 0o077 == 0


def test_a_digest_that_went_out_after_the_backup_can_be_counted_as_done(
    broadsheet: Ask, restored: Path
) -> None:
    later = {"clock": "2026-11-16T12:00:00+00:00"}
    owed = msgspec.json.decode(broadsheet(restored, "send", "--dry-run", "--json", **later))
    assert owed["prepared"] + sum(owed["excluded"].values()) > 0
    nobody = re.search(
        r"BROADSHEET_RECIPIENTS_ALLOW=(\S+) broadsheet send", the_one("BROADSHEET_RECIPIENTS_ALLOW=")
    )[1]
    broadsheet(restored, "send", recipients_allow=nobody, **later)
    again = msgspec.json.decode(broadsheet(restored, "send", "--json", **later))
    assert (again["prepared"], again["done"]) == (0, {})
    assert not (restored / "inbox").exists()


def test_the_check_for_monitoring_tells_what_is_wrong(broadsheet: Ask, fortnight: Settings) -> None:
    _, check = the_one("broadsheet status --json | python3").split("| ", 1)
    status = broadsheet(fortnight.home_path, "status", "--json")
    well = subprocess.run(["sh", "-c", check], input=status, capture_output=True, text=True, check=False)
    assert (well.returncode, well.stdout.strip()) == (0, "")
    later = broadsheet(fortnight.home_path, "status", "--json", clock="2026-11-20T12:00:00+00:00")
    bad = subprocess.run(["sh", "-c", check], input=later, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert "trending is silent" in bad.stdout
