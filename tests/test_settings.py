"""Settings as people write them."""

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
