"""The numbers as a Prometheus server reads them."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

TOKEN = "scraper-token-of-twenty-four"
SHOWING = {"Authorization": f"Bearer {TOKEN}"}


class Numbers:
    """One reading: ``numbers("broadsheet_runs", kind="digest")``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples = [
            sample for family in text_string_to_metric_families(text) for sample in family.samples
        ]

    def __call__(self, name: str, **labels: str) -> float:
        """The sum of the samples of that name that have these labels. Raises KeyError if there are none."""
        found = [
            each.value for each in self.samples if each.name == name and labels.items() <= each.labels.items()
        ]
        if not found:
            raise KeyError(name, labels)
        return sum(found)

    def values(self, label: str) -> set[str]:
        """Every value that a label has."""
        return {each.labels[label] for each in self.samples if label in each.labels}


def scrape(client: httpx.Client, path: str = "/metrics") -> Numbers:
    """Read them with the token."""
    answer = client.get(path, headers=SHOWING)
    assert answer.status_code == 200, answer.text
    return Numbers(answer.text)
