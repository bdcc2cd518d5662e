"""When dated lists are fetched: from today on, none missed, any past day by backfill."""

from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.timetables.base import DataInterval, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable
from pendulum import now

if TYPE_CHECKING:
    from airflow.timetables.base import DagRunInfo

LONGEST_CATCH_UP = timedelta(days=31)


class EveryDayMissingNone(CronDataIntervalTimetable):
    """Whole days in UTC, each run at its end.

    Airflow's own choice is all or nothing: ``catchup=True`` would fetch every day since the DAG's start_date
    when it is first switched on, ``catchup=False`` forgets the days on which the machine slept. This one begins
    with the last whole day and from then on makes up for every missed one, up to a month of them. A backfill
    asks for its range with ``catchup=True`` and gets all of it.
    """

    description = "Every day at midnight UTC, days missed are made up for"

    def __init__(self) -> None:
        super().__init__("@daily", "UTC")

    def serialize(self) -> dict[str, object]:
        """Nothing varies."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, object]) -> "EveryDayMissingNone":
        """The opposite of `serialize`."""
        return cls(**data)

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> "DagRunInfo | None":
        """The next day after the last one that was run; the last whole day where none was."""
        if last_automated_data_interval is not None and not restriction.catchup:
            oldest = now("UTC") - LONGEST_CATCH_UP
            earliest = max(restriction.earliest or oldest, oldest)
            restriction = TimeRestriction(earliest, restriction.latest, catchup=True)
        return super().next_dagrun_info(
            last_automated_data_interval=last_automated_data_interval, restriction=restriction
        )
