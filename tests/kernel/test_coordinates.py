from livelihood.kernel.coordinates import from_gcj02


def test_from_gcj02_moves_west_lake_by_the_known_offset():
    # The same landmark on a map service and in WGS-84: 120.15970, 30.27167 and 120.155, 30.274.
    longitude, latitude = from_gcj02(120.1596948, 30.2716714)

    assert (round(longitude, 4), round(latitude, 4)) == (120.155, 30.274)


def test_from_gcj02_offset_differs_by_place():
    west = from_gcj02(103.8421165, 30.0471937)

    assert (round(west[0], 4), round(west[1], 4)) == (103.84, 30.05)
