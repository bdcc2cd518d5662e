"""Settings as people write them."""

import msgspec
import pytest

from broadsheet.runtime import settings_environment
from broadsheet.settings import Settings, SettingsError, load


def test_every_default_may_be_written_out(tmp_path):
    written = {}
    for name in Settings.__struct_fields__:
        value = getattr(Settings(), name)
        text = "{}" if value == {} else ",".join(value) if isinstance(value, tuple) else str(value)
        written[f"BROADSHEET_{name.upper()}"] = text
    assert load(written, tmp_path).settings == Settings()


def test_channels_come_as_a_table_or_as_json(tmp_path):
    (tmp_path / "broadsheet.toml").write_text('[channels]\nteam = "json://localhost"\n')
    assert load({}, tmp_path).settings.channels == {"team": "json://localhost"}
    said = load({"BROADSHEET_CHANNELS": '{"lab": "json://127.0.0.1"}'}, tmp_path).settings
    assert said.channels == {"lab": "json://127.0.0.1"}
    assert load(settings_environment(said), tmp_path).settings.channels == said.channels


def test_channels_that_cannot_be_read_are_not_repeated(tmp_path):
    with pytest.raises(SettingsError, match="channels") as refused:
        load({"BROADSHEET_CHANNELS": "slack://sesame"}, tmp_path)
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "write"),
    [
        ("web_port", "99999", "a whole number from 0 to 65535"),
        ("connections", "none", "a whole number from 1 to 64"),
        ("rate_per_second", "-1", "a number from 0 on"),
        ("poll_seconds", "0", "a number above 0"),
        ("public_url", "papers.example.org", "an address such as https://example.org, or nothing"),
        ("in_doubt", "guess", "one of verify, presume, resend"),
        ("crosscheck", "perhaps", "true or false"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_what_to_write(tmp_path, name, value, write):
    variable = f"BROADSHEET_{name.upper()}"
    with pytest.raises(SettingsError) as refused:
        load({variable: value}, tmp_path)
    assert str(refused.value) == f"setting {name!r} from {variable} is {value!r}: write {write}"


@pytest.mark.parametrize("field", msgspec.structs.fields(Settings), ids=lambda field: field.name)
def test_every_setting_in_the_file_is_told_with_what_to_write(tmp_path, field):
    (tmp_path / "broadsheet.toml").write_text(f"{field.name} = [[1]]\n")
    with pytest.raises(SettingsError, match=f"'{field.name}' from .*: write an? |one of |true or false"):
        load({}, tmp_path)
