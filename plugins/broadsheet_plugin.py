"""What Broadsheet registers with Airflow."""

from typing import ClassVar

from airflow.plugins_manager import AirflowPlugin

from broadsheet_airflow.timetable import EveryDayMissingNone


class BroadsheetPlugin(AirflowPlugin):
    """Its timetable; triggers and notifiers are found by their module's name."""

    name = "broadsheet"
    timetables: ClassVar = [EveryDayMissingNone]
