"""The parameters: each says where it comes from, and none that is published may be tuned."""

from warroom.world.params import everything


def test_every_parameter_has_a_unit_a_tag_and_a_source() -> None:
    for section, named in everything().items():
        for name, parameter in named.items():
            assert parameter.tag in ("P", "D", "A"), f"{section}.{name}"
            assert parameter.unit, f"{section}.{name}"
            assert parameter.source, f"{section}.{name}"


def test_every_figure_that_may_be_tuned_lies_in_its_range() -> None:
    for section, named in everything().items():
        for name, parameter in named.items():
            if parameter.range is None:
                continue
            assert parameter.tag != "P", f"{section}.{name}: what was published is not tuned"
            low, high = parameter.range
            given = parameter.value if isinstance(parameter.value, list) else [parameter.value]
            assert all(low <= value <= high for value in given), f"{section}.{name}"
