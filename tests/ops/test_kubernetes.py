"""The files in ops/kubernetes/: valid, of one piece with each other, and with what they start."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from starlette.routing import Match

from broadsheet.commands import COMMANDS
from broadsheet.settings import ENV_PREFIX, SECRETS, Settings, load
from broadsheet.web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "ops" / "kubernetes"
KUBERNETES = "1.37"
MANIFESTS = [
    document
    for file in sorted(FOLDER.glob("*.yaml"))
    if file.name != "values.yaml"
    for document in yaml.safe_load_all(file.read_text())
]
VALUES = yaml.safe_load((FOLDER / "values.yaml").read_text())
NO_ROOT = {"runAsNonRoot": True, "runAsUser": 50000, "runAsGroup": 50000, "fsGroup": 50000}
MADE_BEFOREHAND = {"broadsheet", "broadsheet-tls"}

CHART: dict[str, type] = {
    "airflowHome": str,
    "airflowVersion": str,
    "apiSecretKeySecretName": str,
    "apiServer.replicas": int,
    "apiServer.resources": dict,
    "config.celery": dict,
    "config.core": dict,
    "createUserJob.enabled": bool,
    "dagProcessor.logGroomerSidecar.enabled": bool,
    "dagProcessor.replicas": int,
    "dagProcessor.resources": dict,
    "data.brokerUrlSecretName": str,
    "data.metadataSecretName": str,
    "defaultAirflowRepository": str,
    "defaultAirflowTag": str,
    "env": list,
    "executor": str,
    "extraEnvFrom": str,
    "fernetKeySecretName": str,
    "gid": int,
    "jwtSecretName": str,
    "migrateDatabaseJob.args": list,
    "migrateDatabaseJob.command": list,
    "networkPolicies.enabled": bool,
    "postgresql.enabled": bool,
    "redis.enabled": bool,
    "scheduler.logGroomerSidecar.enabled": bool,
    "scheduler.replicas": int,
    "scheduler.resources": dict,
    "securityContexts.containers": dict,
    "securityContexts.pod": dict,
    "statsd.enabled": bool,
    "triggerer.logGroomerSidecar.enabled": bool,
    "triggerer.persistence.enabled": bool,
    "triggerer.replicas": int,
    "triggerer.resources": dict,
    "uid": int,
    "useStandardNaming": bool,
    "volumeMounts": list,
    "volumes": list,
    "workers.celery.enableDefault": bool,
    "workers.celery.logGroomerSidecar.enabled": bool,
    "workers.celery.persistence.enabled": bool,
    "workers.celery.queue": str,
    "workers.celery.replicas": int,
    "workers.celery.resources": dict,
    "workers.celery.sets": list,
    "workers.celery.terminationGracePeriodSeconds": int,
}
"""What of the chart's values is set, and of which type the chart's schema wants it."""
SET: dict[str, type] = {
    "env": list,
    "extraVolumeMounts": list,
    "name": str,
    "persistence": dict,
    "queue": str,
    "replicas": int,
    "resources": dict,
    "volumeClaimTemplates": list,
}
"""The same of a set of workers."""


def leaves(values: dict[str, Any], known: dict[str, type], above: str = "") -> Iterator[tuple[str, Any]]:
    """The values by their dotted names, down to what the chart takes as one."""
    for name, value in values.items():
        path = f"{above}{name}"
        if isinstance(value, dict) and path not in known:
            yield from leaves(value, known, f"{path}.")
        else:
            yield path, value


def the(kind: str, name: str = "") -> dict[str, Any]:
    (found,) = [
        one for one in MANIFESTS if one["kind"] == kind and (not name or one["metadata"]["name"] == name)
    ]
    return found


def variables(values: list[dict[str, str]]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in values}


WEB = the("Deployment")["spec"]["template"]
CONTAINER = WEB["spec"]["containers"][0]
(WAREHOUSE,) = VALUES["workers"]["celery"]["sets"]


@pytest.mark.parametrize(
    "manifest", MANIFESTS, ids=lambda manifest: f"{manifest['kind']} {manifest['metadata']['name']}"
)
def test_a_manifest_is_valid(manifest):
    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_the_values_have_the_names_and_types_of_the_chart():
    for known, values in ((CHART, VALUES), (SET, WAREHOUSE)):
        found = dict(leaves(values, known))
        assert set(found) == set(known)
        assert [name for name, value in found.items() if type(value) is not known[name]] == []
    assert all(isinstance(value, str) for value in variables(VALUES["env"] + WAREHOUSE["env"]).values())


def test_what_the_chart_hands_on_is_valid_in_a_pod():
    """Resources, contexts, volumes and mounts, as the chart puts them into a worker's StatefulSet."""
    container = {
        "name": "worker",
        "image": "airflow",
        "env": VALUES["env"] + WAREHOUSE["env"],
        "envFrom": yaml.safe_load(VALUES["extraEnvFrom"]),
        "resources": WAREHOUSE["resources"],
        "securityContext": VALUES["securityContexts"]["containers"],
        "volumeMounts": VALUES["volumeMounts"] + WAREHOUSE["extraVolumeMounts"],
    }
    pod = {
        "securityContext": VALUES["securityContexts"]["pod"],
        "containers": [container],
        "volumes": VALUES["volumes"],
    }
    labels = {"component": "worker"}
    kubernetes_validate.validate(
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": "worker"},
            "spec": {
                "serviceName": "worker",
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pod},
                "volumeClaimTemplates": WAREHOUSE["volumeClaimTemplates"],
            },
        },
        KUBERNETES,
        strict=True,
    )
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    claimed = {claim["metadata"]["name"] for claim in WAREHOUSE["volumeClaimTemplates"]}
    assert mounted == claimed | {volume["name"] for volume in VALUES["volumes"]}


def test_one_worker_alone_writes_the_warehouse_on_its_own_disk():
    own = variables(WAREHOUSE["env"])
    assert (WAREHOUSE["replicas"], own["AIRFLOW__CELERY__WORKER_CONCURRENCY"]) == (1, "1")
    assert WAREHOUSE["persistence"]["enabled"], "as a Deployment two of them may run during a rollout"
    mounts = {mount["mountPath"]: mount for mount in WAREHOUSE["extraVolumeMounts"]}
    home = Settings(home=own["BROADSHEET_HOME"])
    assert mounts[str(home.warehouse_path.parent)]["name"] == "warehouse"
    assert mounts[str(home.published_path.parent)]["name"] == "state"


def test_what_the_warehouse_worker_publishes_is_what_others_read():
    (state,) = VALUES["volumeMounts"]
    readers = Settings(home=state["mountPath"])
    shared = {
        mount["subPath"]: mount["mountPath"]
        for mount in WAREHOUSE["extraVolumeMounts"]
        if mount["name"] == "state"
    }
    assert str(readers.published_path.parent) == f"{state['mountPath']}/published"
    assert shared["published"] == f"{variables(WAREHOUSE['env'])['BROADSHEET_HOME']}/published"
    assert {mount["mountPath"] for mount in CONTAINER["volumeMounts"]} == {"/state", "/tmp"}
    image = (ROOT / "Dockerfile").read_text()
    assert f"BROADSHEET_HOME={state['mountPath']}\n" in image


def test_workers_listen_to_every_queue_that_the_dags_use():
    listened = {VALUES["workers"]["celery"]["queue"], WAREHOUSE["queue"]}
    compose = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"]
    commands = [service.get("command", []) for service in compose.values()]
    used = {
        command[command.index("--queues") + 1]
        for command in commands
        if isinstance(command, list) and "--queues" in command
    }
    assert listened == used


def test_every_variable_of_airflow_is_an_option_of_airflow():
    import airflow

    options = yaml.safe_load((Path(airflow.__file__).parent / "config_templates/config.yml").read_text())
    of_providers = {"CELERY", "CELERY_BROKER_TRANSPORT_OPTIONS"}
    for name in variables(VALUES["env"] + WAREHOUSE["env"]):
        if match := re.fullmatch(r"AIRFLOW__([A-Z_]+?)__([A-Z_]+)", name):
            section, option = match.groups()
            assert section in of_providers or option.lower() in options[section.lower()]["options"], name


def test_the_settings_can_be_used_and_hold_no_secret():
    shown = the("ConfigMap")["data"]
    settings = load(shown, Path("/")).settings
    assert settings.shards == VALUES["workers"]["celery"]["replicas"]
    assert not {name.removeprefix(ENV_PREFIX).lower() for name in shown} & SECRETS


def test_nobody_is_root_and_no_file_holds_a_secret():
    assert VALUES["securityContexts"]["pod"].items() >= NO_ROOT.items()
    assert WEB["spec"]["securityContext"].items() >= NO_ROOT.items()
    assert "useradd --uid 50000 " in (ROOT / "Dockerfile").read_text()
    for context in (VALUES["securityContexts"]["containers"], CONTAINER["securityContext"]):
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"]["drop"] == ["ALL"]
    assert CONTAINER["securityContext"]["readOnlyRootFilesystem"]
    assert not [one for one in MANIFESTS if one["kind"] == "Secret"]


def test_whatever_a_manifest_names_is_there():
    claims = {one["metadata"]["name"] for one in MANIFESTS if one["kind"] == "PersistentVolumeClaim"}
    for volume in VALUES["volumes"] + WEB["spec"]["volumes"]:
        if claim := volume.get("persistentVolumeClaim"):
            assert claim["claimName"] in claims
    for source in yaml.safe_load(VALUES["extraEnvFrom"]) + CONTAINER["envFrom"]:
        if configuration := source.get("configMapRef"):
            assert configuration["name"] == the("ConfigMap")["metadata"]["name"]
        else:
            assert source["secretRef"]["name"] in MADE_BEFOREHAND
    labels = WEB["metadata"]["labels"]
    assert the("Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert the("Service")["spec"]["selector"] == labels
    assert the("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert the("NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels
    assert WEB["spec"]["serviceAccountName"] == the("ServiceAccount")["metadata"]["name"]


def test_the_web_pages_are_started_as_they_can_be_and_asked_what_they_answer(tmp_path):
    assert CONTAINER["command"][:2] == ["python", "-m"]
    assert CONTAINER["args"][0] in COMMANDS
    assert the("ConfigMap")["data"]["BROADSHEET_PUBLIC_URL"].endswith(
        the("Ingress")["spec"]["rules"][0]["host"]
    )
    routes = create_app(Settings(home=str(tmp_path))).routes
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        scope = {
            "type": "http",
            "method": "GET",
            "path": CONTAINER[probe]["httpGet"]["path"],
            "root_path": "",
        }
        assert any(route.matches(scope)[0] is Match.FULL for route in routes)


def test_the_image_for_the_chart_is_the_project_s_image_with_bare_commands():
    lines = (FOLDER / "Dockerfile").read_text().splitlines()
    compose = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())
    assert f"ARG IMAGE={compose['services']['web']['image']}" in lines
    assert lines[-1] == "ENTRYPOINT []"
    prepare = VALUES["migrateDatabaseJob"]["command"][1]
    assert (ROOT / prepare.removeprefix("/app/")).is_file()
