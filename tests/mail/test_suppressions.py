"""Addresses that may not be written to."""

import pytest

from broadsheet.mail import suppressions
from broadsheet.mail.states import SuppressionReason
from broadsheet.mail.suppressions import Suppression

ADA = "a" * 32


@pytest.fixture
def bounced(at):
    return Suppression(
        reason=SuppressionReason.HARD_BOUNCE,
        since=at("2026-11-20T08:00"),
        source="bounces",
        delivery_id="f" * 32,
    )


def test_the_first_reason_is_kept(con, bounced, at):
    later = Suppression(reason=SuppressionReason.MANUAL, since=at("2026-11-21T08:00"), source="cli")
    assert suppressions.suppress(con, ADA, bounced)
    assert not suppressions.suppress(con, ADA, later)
    assert suppressions.find(con, ADA) == bounced
    assert suppressions.every(con) == {ADA: bounced}


def test_only_the_reasons_that_are_named_are_lifted(con, bounced):
    suppressions.suppress(con, ADA, bounced)
    assert not suppressions.unsuppress(con, ADA, [SuppressionReason.ERASED])
    assert suppressions.find(con, ADA) is not None
    assert suppressions.unsuppress(con, ADA)
    assert not suppressions.unsuppress(con, ADA)
    assert suppressions.find(con, ADA) is None
