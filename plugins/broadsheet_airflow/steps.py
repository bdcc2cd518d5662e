"""What the tasks do: Airflow's side in words of its own, the work itself in `broadsheet`.

Results are small dictionaries, as they go through XCom and into asset events.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, Metadata, conf
from airflow.sdk.exceptions import AirflowSkipException

from broadsheet import settings as configuration
from broadsheet.errors import BroadsheetError
from broadsheet.model import ListId, Verdict, dated_list
from broadsheet.settings import Settings
from broadsheet_airflow.settings import task_settings

if TYPE_CHECKING:
    from broadsheet.warehouse.load import Outcome

log = logging.getLogger(__name__)

NO_ANSWER = frozenset({Verdict.ERROR, Verdict.BLOCKED, Verdict.FOREIGN, Verdict.LAYOUT_CHANGED})
OLD_NEWS = timedelta(days=2)
KEEP_LOGS = timedelta(days=31)


class NoAnswerError(BroadsheetError):
    """A list was asked for and nothing readable came; the message names it and says what came instead."""


class SilentSourceError(BroadsheetError):
    """A watched list has given nothing to believe for too long; the message names it."""


def load_watched(*, poll_first: bool) -> dict[str, Any]:
    """Load what the archive holds; with ``poll_first`` ask for every watched list before."""
    settings = task_settings()
    if poll_first:
        return _poll(settings, settings.watched_lists)

    from broadsheet.warehouse.ingest import ingest

    return _summary(ingest(settings).outcomes)


def load_dated(day: date) -> dict[str, Any]:
    """Fetch and load the lists that ``day`` belongs to."""
    settings = task_settings()
    return _poll(settings, [dated_list(kind, day) for kind in settings.followed_kinds])


def day_of(dag_run: Any) -> date:
    """The day a run is about: its logical date, or where it has none the time it was due."""
    return (dag_run.logical_date or dag_run.run_after).date()


def news(asset: Asset, loaded: dict[str, Any], dag_run: Any) -> Metadata:
    """The event that tells ``asset`` what a load found new.

    Raises:
        AirflowSkipException: there is nothing to tell, or the run makes up for the past: that is no news.
    """
    if dag_run.run_type == "backfill":
        raise AirflowSkipException("a backfill tells nobody, so it never mails")
    if day_of(dag_run) < (configuration.now(task_settings()) - OLD_NEWS).date():
        raise AirflowSkipException(f"{day_of(dag_run)} is no news any more")
    if not loaded["new"]:
        raise AirflowSkipException("nothing new")
    return Metadata(asset, extra={"new": loaded["new"]})


def _poll(settings: Settings, lists: Sequence[ListId]) -> dict[str, Any]:
    from broadsheet.warehouse.polling import poll_lists

    answered = poll_lists(settings, lists, now=lambda: configuration.now(settings), sleep=time.sleep)
    summary = _summary([outcome for answer in answered for outcome in answer.outcomes])
    for answer in answered:
        asked = [outcome for outcome in answer.outcomes if outcome.list_id is not None]
        if asked and all(outcome.verdict in NO_ANSWER for outcome in asked):
            raise NoAnswerError(f"{answer.list_id}: {asked[-1].verdict}: {asked[-1].reason}")
    return summary


def _summary(outcomes: "Sequence[Outcome]") -> dict[str, Any]:
    for outcome in outcomes:
        log.info("%s: %s: %s", outcome.list_id or outcome.url, outcome.verdict, outcome.reason)
    return {
        "captures": len(outcomes),
        "verdicts": dict(Counter(str(outcome.verdict) for outcome in outcomes)),
        "new": [
            {
                "list": str(outcome.list_id),
                "captured_at": outcome.captured_at.isoformat(),
                "snapshot_id": outcome.snapshot_id,
                "changes": outcome.changes,
            }
            for outcome in outcomes
            if outcome.snapshot_id == outcome.capture_id
        ],
    }


def check_sources() -> str:
    """Say that every watched list speaks.

    Raises:
        SilentSourceError: one has been silent for too long.
    """
    from broadsheet.warehouse.silence import silent_lists

    settings = task_settings()
    if silent := silent_lists(settings, configuration.now(settings)):
        raise SilentSourceError("; ".join(map(str, silent)))
    return f"{len(settings.watched_lists)} lists speak"


def fold_months() -> dict[str, Any]:
    """Fold the months that are closed; gives their names and how many rows went."""
    from broadsheet.warehouse.fold import fold

    settings = task_settings()
    report = fold(settings, configuration.now(settings))
    return {
        "periods": sorted({segment.period for segment in report.folded}),
        "rows": sum(segment.rows for segment in report.folded),
    }


def drop_old_logs() -> int:
    """Delete the log files that Airflow has not touched for a month; gives their number."""
    oldest = time.time() - KEEP_LOGS.total_seconds()
    files = Path(conf.get("logging", "base_log_folder")).rglob("*.log")
    old = [file for file in files if file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
