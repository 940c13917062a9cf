"""Shapes of the boards and their routes."""

import pytest

from snn_spinnaker.board.errors import ConfigurationError
from snn_spinnaker.board.geometry import SELF, board_geometry


@pytest.mark.parametrize(("version", "chips", "links"), [(3, 4, 16), (5, 48, 240)])
def test_chips_and_links(version, chips, links):
    # 48 chips have 240 working directed links (SpiNNMachine's version 5), four have 16.
    geometry = board_geometry(version)
    assert len(geometry.chips) == chips
    assert sum(geometry.working_links(chip).bit_count() for chip in geometry.chips) == links


@pytest.mark.parametrize("version", [3, 5])
def test_every_link_has_a_way_back(version):
    geometry = board_geometry(version)
    for chip in geometry.chips:
        for link in range(6):
            other = geometry.neighbour(chip, link)
            if other is not None:
                assert chip in [geometry.neighbour(other, back) for back in range(6)]


@pytest.mark.parametrize("version", [3, 5])
def test_p2p_table_leads_from_everywhere_to_everywhere(version):
    geometry = board_geometry(version)
    tables = {chip: geometry.p2p_words(chip) for chip in geometry.chips}
    for start in geometry.chips:
        for x, y in geometry.chips:
            here, hops = start, 0
            index = x << 8 | y
            while (link := tables[here][index >> 3] >> 3 * (index & 7) & 7) != SELF:
                here = geometry.neighbour(here, link)
                hops += 1
                # The longest shortest way on the 48-chip hexagon has seven hops.
                assert hops <= 7
            assert here == (x, y)


def test_other_versions_are_refused():
    with pytest.raises(ConfigurationError, match="3 .four chips. or 5"):
        board_geometry(4)
