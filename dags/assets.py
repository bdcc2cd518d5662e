"""The assets: what moves on the hub, and what that changed here."""

from airflow.sdk import Asset, AssetWatcher

from broadsheet.settings import load_settings
from broadsheet_airflow.trigger import PageTrigger

CHANGES = Asset(name="changes", uri="x-broadsheet://changes")
"""Somebody loaded something new; the event says what."""


def hub_page(list_id: str) -> Asset:
    """The page of one watched list, with the watcher that polls it."""
    watcher = AssetWatcher(name=f"poll {list_id}", trigger=PageTrigger(list_id))
    return Asset(name=f"hub_page {list_id}", uri=f"x-broadsheet://hub/{list_id}", watchers=[watcher])


HUB_PAGES = [hub_page(str(list_id)) for list_id in load_settings().watched_lists]
