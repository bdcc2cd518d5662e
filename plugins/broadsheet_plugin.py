"""What Broadsheet registers with Airflow."""

from typing import ClassVar

from airflow.plugins_manager import AirflowPlugin

from broadsheet_airflow.pages import ADDRESS, VIEWS, Pages
from broadsheet_airflow.timetable import EveryDayMissingNone


class BroadsheetPlugin(AirflowPlugin):
    """Its timetable and its pages; triggers and notifiers are found by their module's name."""

    name = "broadsheet"
    timetables: ClassVar = [EveryDayMissingNone]
    fastapi_apps: ClassVar = [{"name": "Broadsheet", "app": Pages(), "url_prefix": ADDRESS}]
    external_views: ClassVar = VIEWS
