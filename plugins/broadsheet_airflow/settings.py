"""Broadsheet's settings as Airflow's tasks and triggers see them: Airflow's connections go before the rest.

``broadsheet_hub`` (HTTP: host, schema, password = token) names the hub, ``broadsheet_smtp`` (SMTP: host, port,
login, password; extra ``disable_ssl`` as in Airflow's own mail, for STARTTLS) the mail server. Neither needs to
exist. Mail leaves this machine encrypted only: ``disable_tls`` is for a mail server on the machine itself.
"""

from urllib.parse import quote

import msgspec
from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from broadsheet.hosts import is_this_machine
from broadsheet.settings import Settings, SettingsError, load_settings

HUB_CONNECTION = "broadsheet_hub"
SMTP_CONNECTION = "broadsheet_smtp"


def task_settings() -> Settings:
    """For a task.

    Raises:
        SettingsError: a setting that cannot be used.
    """
    return apply(load_settings(), _find(HUB_CONNECTION), _find(SMTP_CONNECTION))


async def trigger_settings() -> Settings:
    """For a trigger: the same without blocking the triggerer's event loop; a trigger sends no mail."""
    return apply(load_settings(), await _find_async(HUB_CONNECTION), None)


def apply(settings: Settings, hub: Connection | None, smtp: Connection | None) -> Settings:
    """``settings`` with what the connections say.

    Raises:
        SettingsError: mail would go to another machine in the clear.
    """
    changes: dict[str, str] = {}
    if hub is not None:
        # Also when it has no token: the setting's was meant for the setting's hub.
        changes |= {"hub_url": _hub_url(hub), "hub_token": hub.password or ""}
    if smtp is not None:
        changes["smtp_url"] = _smtp_url(smtp)
    return msgspec.structs.replace(settings, **changes)


def _find(name: str) -> Connection | None:
    try:
        return BaseHook.get_connection(name)
    except AirflowNotFoundException:
        return None


async def _find_async(name: str) -> Connection | None:
    try:
        return await BaseHook.aget_connection(name)
    except AirflowNotFoundException:
        return None


def _hub_url(hub: Connection) -> str:
    host = hub.host or ""
    if "://" in host:
        return host.rstrip("/")
    port = f":{hub.port}" if hub.port else ""
    return f"{hub.schema or 'https'}://{host}{port}"


def _smtp_url(smtp: Connection) -> str:
    extra = smtp.extra_dejson
    if extra.get("disable_tls") and extra.get("disable_ssl") and not is_this_machine(smtp.host or ""):
        raise SettingsError(
            f"connection {SMTP_CONNECTION} switches encryption off, and its mail server is another machine: "
            "take disable_tls out of its extra"
        )
    scheme = "smtp" if extra.get("disable_ssl") else "smtps"
    user = f"{quote(smtp.login, safe='')}:{quote(smtp.password or '', safe='')}@" if smtp.login else ""
    port = f":{smtp.port}" if smtp.port else ""
    return f"{scheme}://{user}{smtp.host}{port}"
