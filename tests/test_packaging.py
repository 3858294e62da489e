"""What the wheel promises."""

from importlib.metadata import packages_distributions

OURS = {"domain", "rules", "detectors", "engine", "stream", "api", "fundguard"}


def test_no_dependency_ships_one_of_our_import_names() -> None:
    owners = packages_distributions()
    assert {name: owners[name] for name in OURS if set(owners.get(name, [])) - {"fundguard"}} == {}
