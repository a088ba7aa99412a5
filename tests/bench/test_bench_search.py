"""`varsel bench search` fills a database of its own and finds by every reading."""

from app.bench.search import bench_search
from app.support.search.readings import Kind


def test_every_reading_is_asked_and_measured() -> None:
    figures = bench_search(2000)

    assert figures["notifications"] == 2000
    assert all(figures[kind.value]["median_ms"] > 0 for kind in Kind)
    by_address = (figures[kind.value] for kind in (Kind.PHONE, Kind.EMAIL, Kind.GATEWAY_REFERENCE, Kind.NOTIFICATION))
    assert all(one["rows"] >= 40 for one in by_address)
    assert "ix_attempt_gateway_reference" in figures[Kind.GATEWAY_REFERENCE.value]["indexes"]
