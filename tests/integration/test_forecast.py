# SPDX-License-Identifier: MIT
"""v1_forecast, v1_forecast_account and v1_forecast_total against the same worked out here, from days of made-up history. The database is made
of data/schema.sql by SQLite alone, and read as a stranger reads it."""
import itertools
import math
import os
import random
import sqlite3
import statistics

import pytest

SCHEMA = os.path.join(os.path.dirname(__file__), "..", "..", "data", "schema.sql")
DAY = 86400
TODAY = 1795442400 - 1795442400 % DAY
NOW = TODAY + 14 * 3600


class History:
    """Places 1, 2, ... whose newest run, at NOW, saw newest_gib of each and no costs but cost_micros in currency."""

    def __init__(self, places, newest_gib=5000, currency="USD"):
        self.db = sqlite3.connect(":memory:")
        with open(SCHEMA, encoding="utf-8") as file:
            self.db.executescript(file.read())
        self.db.execute("PRAGMA trusted_schema = OFF")
        self.db.row_factory = sqlite3.Row
        self.db.execute("INSERT INTO run (started_at, mode, status, workers, regions_ok, regions_failed, wall_us, busy_us, "
                        "cpu_us, calls, retries, throttles, regions_assumed, instance_sum_gib) "
                        "VALUES (?, 'sweep', 'ok', 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1)", (NOW,))
        for place in range(1, places + 1):
            self.db.execute("INSERT INTO place VALUES (?, '123456789012', ?, 1, 1, NULL)", (place, f"region-{place}"))
            self.db.execute("INSERT INTO region_total (run_id, place_id, started_at, status, start_us, wall_us, busy_us, "
                            "calls, retries, throttles, instance_sum_gib, attached_gib, unattached_gib, managed_gib, "
                            "currency, attached_cost_micros, unattached_cost_micros, managed_cost_micros, unpriced_volumes) "
                            "VALUES (1, ?, ?, 'ok', 0, 1, 1, 1, 0, 0, ?, ?, 0, 0, ?, 9000, 0, 0, 0)",
                            (place, NOW, newest_gib, newest_gib, currency))

    def day(self, place, ago, value, metric=1, currency=None):
        at = TODAY - ago * DAY
        self.db.execute("INSERT INTO rollup_day VALUES (?, ?, ?, 24, 24, ?, ?, ?, ?, ?, ?, ?, 0, NULL, ?, 24, 0xffffff)",
                        (metric, at, place, value, at, value, at + 86000, value, value, 24.0 * value, currency))

    def forecast(self, region="region-1", metric="attached_gib"):
        return dict(self.db.execute("SELECT * FROM v1_forecast WHERE metric = ? AND region = ?",
                                    (metric, region)).fetchone())

    def totals(self, metric="attached_gib"):
        return [dict(row) for row in self.db.execute("SELECT * FROM v1_forecast_total WHERE metric = ? ORDER BY currency",
                                                     (metric,))]


def theil_sen(points):
    """(slope, low, high) of [(day, value)]: median of all pairs' slopes, and Sen's interval of 95 %."""
    slopes = sorted((b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(sorted(points), 2))
    n = len(points)
    width = statistics.NormalDist().inv_cdf(0.975) * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    low = math.floor((len(slopes) - width) / 2)
    return statistics.median(slopes), slopes[low - 1], slopes[len(slopes) - low]


def check(row, points, value):
    slope, low, high = theil_sen(points)
    assert row["refused"] is None
    assert row["points"] == len(points)
    assert row["coverage"] == pytest.approx(len(points) / -min(day for day, _ in points))
    assert row["value"] == value
    for name, expected in ("slope_per_day", slope), ("slope_low", low), ("slope_high", high):
        assert row[name] == pytest.approx(expected, rel=1e-12, abs=1e-9), name
    for days in 30, 90:
        for name, rate in ("", slope), ("_low", low), ("_high", high):
            assert abs(row[f"in_{days}d{name}"] - max(value + days * rate, 0)) <= 0.5000001, (days, name)


@pytest.mark.parametrize("n", range(14, 31))
def test_every_number_of_days(n):
    """Up to six days are missing among them, of values that scatter and one that is far off."""
    rng = random.Random(n)
    span = min(30, n * 5 // 4)
    days = sorted(rng.sample(range(1, span), n - 1) + [span])
    h = History(2)
    points = []
    for ago in range(1, 40):
        h.day(2, ago, rng.randrange(10 ** 6))
        if ago in days:
            value = 100000 + 37 * (40 - ago) + rng.randrange(-500, 500) + (10 ** 7 if ago == days[n // 2] else 0)
            h.day(1, ago, value)
            points.append((-ago, value))
        elif ago > 30:
            h.day(1, ago, rng.randrange(10 ** 9))
    h.day(1, 0, 5)
    check(h.forecast(), points, 5000)


def test_great_and_falling_values():
    """As exact as sums of costs need, and never below nothing."""
    h = History(1)
    points = [(-ago, 9 * 10 ** 14 + 10 ** 12 * ago + ago * ago) for ago in range(1, 31)]
    for day, value in points:
        h.day(1, -day, value)
    check(h.forecast(), points, 5000)
    assert h.forecast()["in_30d"] == 0
    h = History(1)
    for ago in range(1, 31):
        h.day(1, ago, 777)
    row = h.forecast()
    assert (row["slope_per_day"], row["slope_low"], row["slope_high"], row["in_90d_high"]) == (0, 0, 0, 5000)
    assert row["value_at"] == NOW


NUMBERS = ["slope_per_day", "slope_low", "slope_high", "in_30d", "in_30d_low", "in_30d_high", "in_90d", "in_90d_low",
           "in_90d_high"]


@pytest.mark.parametrize("days, why", [
    ([], "fewer than 14 days"),
    (range(1, 14), "fewer than 14 days"),
    (list(range(1, 14)) + [31], "fewer than 14 days"),
    (range(1, 31, 2), "under 80 % of the days"),
    (list(range(1, 24)) + [30], None),
    (list(range(1, 23)) + [30], "under 80 % of the days"),
])
def test_refused(days, why):
    h = History(1)
    for ago in days:
        h.day(1, ago, 100 + ago)
    for row in (h.forecast(), *h.totals()):
        assert row["refused"] == why
        assert all((row[name] is None) == (why is not None) for name in NUMBERS)
        assert row["points"] == sum(ago <= 30 for ago in days)


def test_days_without_a_value():
    """A day of failed runs is none."""
    h = History(1)
    for ago in range(1, 31):
        h.day(1, ago, 100 + ago)
    h.db.execute("UPDATE rollup_day SET samples = 0, first_value = NULL, last_value = NULL WHERE day_at = ?", (TODAY - 3 * DAY,))
    assert h.forecast()["points"] == 29


def test_total():
    """Only days on which every region has a value that had any: not the sum of fewer."""
    rng = random.Random(5)
    h = History(4)
    sums = {}
    for place in 1, 2, 3:
        for ago in range(1, 35):
            if (place, ago) in ((1, 4), (2, 9), (3, 30)):
                continue
            value = rng.randrange(1000) + 50 * (40 - ago)
            h.day(place, ago, value)
            sums.setdefault(ago, []).append(value)
    h.day(4, 33, 10 ** 6)
    points = [(-ago, sum(values)) for ago, values in sums.items() if len(values) == 3 and ago <= 30]
    assert len(points) == 27
    total, = h.totals()
    check(total, points, sum(sums[1]))
    assert total["value_at"] == TODAY - DAY + 86000
    # A region whose history is short shortens that of the sum.
    for ago in range(1, 14):
        h.day(4, ago, 10)
    assert h.totals()[0]["refused"] == "fewer than 14 days"


def test_accounts():
    """Of each account its own regions alone: what another's lack does not shorten it, nor do regions of nobody known."""
    rng = random.Random(8)
    h = History(5)
    h.db.execute("UPDATE place SET account = '210987654321' WHERE place_id IN (3, 4)")
    h.db.execute("UPDATE place SET account = '' WHERE place_id = 5")
    sums = {}
    for ago in range(1, 31):
        for place, account in ((1, "123456789012"), (2, "123456789012"), (3, "210987654321"), (4, "210987654321"), (5, "")):
            if (place, ago) in ((1, 1), (4, 7)):
                continue
            value = rng.randrange(1000) + place * (40 - ago)
            h.day(place, ago, value)
            sums.setdefault(account, {}).setdefault(ago, []).append(value)
    rows = {row["account"]: dict(row) for row in h.db.execute("SELECT * FROM v1_forecast_account WHERE metric = 'attached_gib'")}
    assert rows.keys() == {"123456789012", "210987654321"}
    for account, row in rows.items():
        points = [(-ago, sum(values)) for ago, values in sorted(sums[account].items()) if len(values) == 2]
        assert len(points) == 29
        check(row, points, points[0][1])
    # A run of one account ends the days of none but its own.
    h.db.execute("UPDATE run SET started_at = started_at + 86400")
    h.db.execute("UPDATE region_total SET started_at = started_at + 86400 WHERE place_id IN (1, 2)")
    row = h.db.execute("SELECT * FROM v1_forecast_account WHERE metric = 'attached_gib' AND account = '210987654321'").fetchone()
    assert dict(row) == rows["210987654321"]


def test_currencies():
    """Costs in one currency, and days without volumes, which cost nothing in any."""
    rng = random.Random(6)
    h = History(3)
    h.db.execute("UPDATE region_total SET currency = 'CNY' WHERE place_id = 3")
    usd, cny, first = [], [], []
    for ago in range(1, 31):
        a, b, c = rng.randrange(1000), 0 if 10 <= ago < 20 else rng.randrange(1, 1000), rng.randrange(10 ** 6)
        h.day(1, ago, a, metric=7, currency="USD")
        h.day(2, ago, b, metric=7, currency="USD" if b > 0 else None)
        h.day(3, ago, c, metric=7, currency="USD" if ago == 30 else "CNY")
        first.append((-ago, a))
        usd.append((-ago, a + b))
        if ago < 30:
            cny.append((-ago, c))
    in_cny, in_usd = h.totals("attached_cost_micros")
    assert (in_cny["currency"], in_usd["currency"]) == ("CNY", "USD")
    check(in_cny, cny, cny[0][1])
    check(h.forecast("region-1", "attached_cost_micros"), first, 9000)
    check(h.forecast("region-3", "attached_cost_micros"), cny, 9000)
    # That day's dollars are of a region that has none on the others: no whole day but that one.
    assert in_usd["points"] == 1 and in_usd["refused"] == "fewer than 14 days"
    h.db.execute("DELETE FROM rollup_day WHERE place_id = 3 AND currency = 'USD'")
    _, in_usd = h.totals("attached_cost_micros")
    check(in_usd, usd, usd[0][1])
