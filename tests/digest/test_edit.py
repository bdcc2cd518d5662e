"""A digest for who has no wishes: what everybody's editions are made of."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.digest.edit import edit
from broadsheet.digest.picking import Picker, editions
from broadsheet.digest.stock import Stocks
from broadsheet.digest.wishes import Wishes
from digest.boards import Warehouse
from digest.histories import HUB, histories, source_of, time_of


@pytest.mark.parametrize("name", ["trending", "daily"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_it_is_what_a_picker_picks_without_wishes(name: str, data: st.DataObject):
    history, source = data.draw(histories(name)), source_of(name)
    warehouse = Warehouse()
    history.fill(warehouse)
    for now in data.draw(st.lists(st.integers(0, 200), min_size=1, max_size=3)):
        since = data.draw(st.none() | st.integers(0, now).map(time_of))
        stocks = Stocks(warehouse.con, time_of(now), HUB)
        picked = Picker(stocks.stocks).pick(stocks.of(source, since), Wishes())
        digest = edit(warehouse.con, {source: since}, time_of(now), hub_url=HUB)
        assert editions(stocks.stocks, picked) == digest.editions
        assert picked.empty == digest.quiet
    warehouse.con.close()
