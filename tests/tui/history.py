# SPDX-License-Identifier: MIT
"""Makes history databases for the tests of ebstop: the real schema, the same rows every time, no clock and no chance.

The fleet is made volume by volume, and every total is the sum of it, so that screens can be checked against each other.
Used by hand: history.py PATH makes the database that the golden screens show."""
import calendar
import collections
import pathlib
import sqlite3
import sys

SCHEMA = pathlib.Path(__file__).parents[2] / "data" / "schema.sql"
VERSION_HEADER = pathlib.Path(__file__).parents[2] / "src" / "store" / "schema.h"
APPLICATION_ID = 0x45425352

NOW = calendar.timegm((2026, 11, 23, 14, 2, 0))
HOUR = 3600
DAY = 24 * HOUR

# Name, instances, size of its volumes in percent of us-east-1's, changes in percent a day.
REGIONS = [
    ("us-east-1", 60, 100, -0.65), ("us-west-2", 38, 90, 0.48), ("eu-west-1", 32, 95, 1.12), ("eu-central-1", 21, 85, 1.08),
    ("ap-southeast-2", 14, 90, -0.51), ("us-east-2", 13, 88, 0.20), ("ap-northeast-1", 10, 90, -0.21),
    ("ap-south-1", 8, 80, 0.06), ("ca-central-1", 5, 95, 0.06), ("eu-west-2", 5, 80, 0.61), ("ap-southeast-1", 3, 95, 1.05),
    ("sa-east-1", 2, 100, 0.29), ("us-west-1", 2, 70, 0.62), ("eu-north-1", 1, 80, -0.31), ("eu-west-3", 1, 50, 0.89),
    ("ap-northeast-2", 1, 25, -0.59), ("ap-northeast-3", 1, 10, -0.49),
]
FAILED_REGION = "ap-northeast-3"
NAMES = ["pg-main", "kafka", "es-data", "ci-runner", "batch", "vault", "mongo-rs0", "spark-w", "minio", "redis-aof"]
TYPES = ["gp3", "gp3", "gp3", "gp2", "gp2", "gp3", "io2", "gp3", "st1", "gp2", "io1", "sc1", "standard"]
# Micros of a US dollar for a GiB and month.
PRICES = {"gp3": 80000, "gp2": 100000, "io2": 125000, "io1": 125000, "st1": 45000, "sc1": 15000, "standard": 50000}
METRICS = ["attached_gib", "instance_sum_gib", "unattached_gib", "billed_gib", "attached_volumes", "instances",
           "attached_cost_micros", "unattached_cost_micros", "billed_cost_micros"]

Volume = collections.namedtuple("Volume", "id type zone gib iops throughput cost gp3_cost instance name created unattached")
Instance = collections.namedtuple("Instance", "id name type zone state volumes")


def sum_up(db):
    """Makes the sums of hours and days anew, as ebsreportd does whenever it changes those."""
    for rows in ("hour", "day"):
        db.execute(f"DELETE FROM rollup_total_{rows}")
        db.execute(f"INSERT INTO rollup_total_{rows} SELECT * FROM total_{rows}")


def scramble(*parts):
    """A number that looks random and is always the same."""
    x = 0x9E3779B97F4A7C15
    for part in parts:
        for byte in str(part).encode() + b"/":
            x = ((x ^ byte) * 0x100000001B3) % (1 << 64)
    x ^= x >> 29
    return x * 0xBF58476D1CE4E5B9 % (1 << 64)


def hex_id(prefix, *parts):
    return f"{prefix}-{scramble(*parts):016x}{scramble('tail', *parts) % 16:x}"


def make_volume(region, key, kind, gib, zone, instance, unattached=None):
    iops = 3000 if kind == "gp3" else min(max(3 * gib, 100), 16000) if kind == "gp2" else 4000 if kind[:2] == "io" else 0
    cost = gib * PRICES[kind]
    gp3 = gib * PRICES["gp3"] + max(iops - 3000, 0) * 5000 if kind == "gp2" else None
    return Volume(hex_id("vol", region, key), kind, zone, gib, iops, 125 if kind == "gp3" else 0, cost, gp3, instance,
                  f"{NAMES[scramble(region, key) % len(NAMES)]}-data" if scramble(key) % 3 else None,
                  NOW - (30 + scramble(region, key, "age") % 700) * DAY, unattached)


def make_region(region, instances, size):
    """Its instances and volumes, attached and unattached."""
    fleet, volumes = [], []
    for i in range(instances):
        zone = region + "abcdf"[scramble(region, i, "zone") % 5]
        instance = hex_id("i", region, i)
        count = 2 + 18 * 10 // (10 + i)
        mine = [make_volume(region, (i, k), TYPES[scramble(region, i, k) % len(TYPES)] if k else "gp3",
                            max(8, (16384 if k else 400) * size // (100 * (1 + i // 2 + k))), zone, instance)
                for k in range(count)]
        name = f"{NAMES[scramble(region, i, 'name') % len(NAMES)]}-{i + 1:02d}" if i % 9 != 8 else None
        fleet.append(Instance(instance, name, ["m6i.large", "r6i.2xlarge", "c7g.xlarge"][i % 3], zone,
                              16 if i % 7 else 80, mine))
        volumes += mine
    for k in range(max(1, instances // 2)):
        gib = max(8, 1638 * size // (100 * (1 + k)))
        volumes.append(make_volume(region, ("free", k), TYPES[scramble(region, "free", k) % len(TYPES)], gib,
                                   region + "abcdf"[k % 5], None, NOW - (1 + (420 >> k % 6)) * DAY))
    return fleet, volumes


class History:
    """Writes one database. Each part can be left out by not calling its method."""

    def __init__(self, path, account="123456789012", now=NOW, version=None):
        self.path, self.account, self.now = pathlib.Path(path), account, now
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;")
        self.db.executescript(SCHEMA.read_text())
        header = VERSION_HEADER.read_text()
        current = next(int(line.split()[2]) for line in header.splitlines() if "define SCHEMA_VERSION" in line)
        self.db.executescript(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version or current}")
        self.db.execute("BEGIN")
        self.classes, self.places, self.fleet = {}, {}, {}

    def insert(self, table, **row):
        names = ", ".join(row)
        return self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})",
                               list(row.values())).lastrowid

    def place(self, region):
        if region not in self.places:
            self.places[region] = self.insert("place", account=self.account, region=region)
        return self.places[region]

    def volume_class(self, v):
        key = (v.zone, v.type, "in-use" if v.instance else "available", "instance" if v.instance else "none")
        if key not in self.classes:
            self.classes[key] = self.insert("volume_class", zone=key[0], volume_type=key[1], state=key[2], holder=key[3])
        return self.classes[key]

    def make_fleet(self, regions=REGIONS):
        for region, instances, size, _ in regions:
            self.fleet[region] = make_region(region, instances, size)

    def totals(self, region):
        """The columns of a region's numbers."""
        fleet, volumes = self.fleet[region]
        held = [v for v in volumes if v.instance]
        free = [v for v in volumes if not v.instance]
        gib = sum(v.gib for v in held)
        return dict(instances=len(fleet), instance_sum_gib=gib, attached_volumes=len(held), attached_gib=gib,
                    multi_attach_extra_gib=0, unknown_instance_volumes=0, unknown_instance_gib=0,
                    unattached_volumes=len(free), unattached_gib=sum(v.gib for v in free), managed_volumes=0,
                    managed_gib=0, currency="USD", attached_cost_micros=sum(v.cost for v in held),
                    unattached_cost_micros=sum(v.cost for v in free), managed_cost_micros=0, unpriced_volumes=0,
                    prices_oldest="2022-02-10", prices_newest="2022-02-10")

    def run(self, run_id, started_at, mode="sweep", failed=(), error=None, workers=8, wall_us=12_700_000, regions=None):
        """One run over all regions, of which some failed. error: kind, code, message of those."""
        regions = list(self.fleet) if regions is None else regions
        kind, code, message = error or ("denied", "AccessDenied", "not authorized to perform ec2:DescribeVolumes")
        good = {r: self.totals(r) for r in regions if r not in failed}
        sums = {} if not good else {c: sum(t[c] for t in good.values()) for c in self.totals(regions[0])
                                    if c not in ("currency", "prices_oldest", "prices_newest")}
        if good:
            sums.update(currency="USD", prices_oldest="2022-02-10", prices_newest="2022-02-10")
        total = {r: len(self.fleet[r][1]) for r in regions}
        most = max(total.values())
        self.insert("run", run_id=run_id, started_at=started_at, mode=mode,
                    status="ok" if not failed else "partial" if good else "failed", workers=workers, regions_ok=len(good),
                    regions_failed=len(failed), wall_us=wall_us, busy_us=81_100_000, cpu_us=880_000, peak_pss_kib=14_540,
                    calls=1412, retries=4, throttles=3, regions_assumed=0, **sums)
        for i, region in enumerate(regions):
            numbers = good.get(region, {})
            wrong = {} if numbers else dict(error_kind=kind, error_code=code, error_http_status=403,
                                            error_message=message, error_request_id=f"req-{run_id}-{i}")
            self.insert("region_total", run_id=run_id, place_id=self.place(region), started_at=started_at,
                        status="ok" if numbers else "failed", start_us=1000 * i, wall_us=wall_us * total[region] // most,
                        busy_us=2 * wall_us * total[region] // most, calls=20 + total[region] // 10, retries=i % 2,
                        throttles=int(i < 2), **numbers, **wrong)
            self.db.execute("UPDATE place SET newest_run_id = ? WHERE place_id = ?", (run_id, self.place(region)))
            if numbers:
                self.db.execute("UPDATE place SET good_run_id = ? WHERE place_id = ?", (run_id, self.place(region)))
                self.types(run_id, region)

    def types(self, run_id, region):
        groups = collections.defaultdict(lambda: [0, 0, 0, 0, 0])
        for v in self.fleet[region][1]:
            for i, x in enumerate((1, v.gib, v.iops, v.throughput, v.cost)):
                groups[self.volume_class(v)][i] += x
        for class_id, g in groups.items():
            self.insert("type_total", run_id=run_id, place_id=self.place(region), class_id=class_id, volumes=g[0], gib=g[1],
                        iops=g[2], throughput_mibps=g[3], cost_micros=g[4], unpriced_volumes=0)

    def inventory(self, run_id, started_at):
        for region, (fleet, volumes) in self.fleet.items():
            place = self.place(region)
            self.insert("listing", place_id=place, run_id=run_id, started_at=started_at, baseline_run_id=1,
                        baseline_at=self.now - 400 * DAY, currency="USD", prices_oldest="2022-02-10",
                        prices_newest="2022-02-10")
            for v in volumes:
                self.insert("volume", place_id=place, volume_id=v.id, class_id=self.volume_class(v), gib=v.gib, iops=v.iops,
                            throughput_mibps=v.throughput, encrypted=1, multi_attach=0, name=v.name, created_at=v.created,
                            first_seen_at=v.created, first_seen_known=1, unattached_since=v.unattached,
                            unattached_known=int(v.unattached is not None), cost_micros=v.cost, gp3_cost_micros=v.gp3_cost,
                            wasted_micros=0 if v.unattached else None, wasted_at=v.unattached)
                if v.instance:
                    self.insert("volume_attachment", place_id=place, volume_id=v.id, instance_id=v.instance)
            for i in fleet:
                gp2 = [v for v in i.volumes if v.type == "gp2"]
                self.insert("instance", place_id=place, instance_id=i.id, name=i.name, instance_type=i.type, zone=i.zone,
                            state=i.state, managed=0, volumes=len(i.volumes), gib=sum(v.gib for v in i.volumes),
                            first_seen_at=self.now - 100 * DAY, first_seen_known=1,
                            cost_micros=sum(v.cost for v in i.volumes), unpriced_volumes=0,
                            gp3_gib=sum(v.gib for v in i.volumes if v.type == "gp3"),
                            gp2_cost_micros=sum(v.cost for v in gp2) if gp2 else None,
                            gp2_as_gp3_micros=sum(v.gp3_cost for v in gp2) if gp2 else None)

    def rollups(self, hours=8 * 24, days=400, gap=lambda region, at: False):
        """The past by the present: each region changed evenly, with a wave on top. gap: an hour without a value."""
        changes = {name: change for name, _, _, change in REGIONS}
        for region in self.fleet:
            t = self.totals(region)
            t["billed_gib"] = t["attached_gib"] + t["unattached_gib"]
            t["billed_cost_micros"] = t["attached_cost_micros"] + t["unattached_cost_micros"]
            for m, metric in enumerate(METRICS, 1):
                currency = "USD" if metric.endswith("micros") else None
                for table, column, step, n in (("rollup_hour", "hour_at", HOUR, hours), ("rollup_day", "day_at", DAY, days)):
                    for k in range(n):
                        at = self.now // step * step - k * step
                        age = k * step / DAY
                        wave = (scramble(region, k % 24, step) % 100 - 50) / 20000 if k else 0
                        value = round(t[metric] * (1 - changes.get(region, 0) / 100 * min(age, 60)) * (1 + wave))
                        row = dict(metric_id=m, place_id=self.place(region), asked=2, samples=2, first_value=value,
                                   first_at=at, last_value=value, last_at=at + step // 2, min_value=value * 998 // 1000,
                                   max_value=value * 1002 // 1000, sum_value=2.0 * value, at_least=0, currency=currency)
                        if gap(region, at):
                            row.update(dict.fromkeys(["first_value", "first_at", "last_value", "last_at", "min_value",
                                                      "max_value", "sum_value", "currency"]), samples=0, lacking="unreachable")
                        if step == DAY:
                            row.update(hours=0 if gap(region, at) else 24, hour_mask=0 if gap(region, at) else (1 << 24) - 1)
                        self.insert(table, **{column: at}, **row)

    def timings(self, run_id, workers=8, wall_us=12_700_000):
        """The calls of a run: each region in one piece on the worker that is free first."""
        free, most = [0] * workers, max(len(v) for _, v in self.fleet.values())
        for task, (region, (_, volumes)) in enumerate(self.fleet.items()):
            worker = free.index(min(free))
            duration = wall_us * len(volumes) // most
            self.insert("task_timing", run_id=run_id, task=task, worker=worker, region=region, action="DescribeVolumes",
                        start_us=free[worker], duration_us=duration,
                        outcome="denied" if region == FAILED_REGION else "ok")
            free[worker] += duration

    def comparison(self, comparison_id, sequential, parallel, sweep, started_at, parallel_wall_us=12_700_000, agree=1):
        self.insert("comparison", comparison_id=comparison_id, started_at=started_at, sequential_run_id=sequential,
                    parallel_run_id=parallel, sweep_run_id=sweep, regions=len(self.fleet), instances=217,
                    sequential_wall_us=81_100_000, sequential_calls=1413, parallel_wall_us=parallel_wall_us,
                    parallel_calls=1412, parallel_workers=8, sweep_wall_us=9_300_000, sweep_calls=171,
                    speedup=81_100_000 / parallel_wall_us if agree else None, agree=agree)

    def event(self, run_id, found_at, region, cause, before=None, after=None, **more):
        v = after or before
        self.insert("volume_event", run_id=run_id, place_id=self.place(region), found_at=found_at, after_at=found_at - 600,
                    volume_id=v.id, cause=cause, name=v.name, currency="USD",
                    gib_before=before.gib if before else 0, gib_after=after.gib if after else 0,
                    class_before=self.volume_class(before) if before else None,
                    class_after=self.volume_class(after) if after else None,
                    iops_before=before.iops if before else None, iops_after=after.iops if after else None,
                    throughput_before=before.throughput if before else None,
                    throughput_after=after.throughput if after else None,
                    cost_before=before.cost if before else 0, cost_after=after.cost if after else 0, **more)

    def daemon(self, state="idle", heartbeat_age=20, interval=600, problem=None, **more):
        row = dict(daemon_id=1, state=state, pid=4711, version="0.1.0", started_at=self.now - 12 * DAY,
                   heartbeat_at=self.now - heartbeat_age, interval_s=interval, next_run_at=self.now + 258,
                   status="idle", problem=problem)
        row.update(more)
        self.insert("daemon_state", **row)

    def finish(self):
        """Commits and closes, which leaves the file alone, without -wal and -shm."""
        sum_up(self.db)
        self.db.execute("COMMIT")
        self.db.close()
        return self.path


def make_golden(path, **options):
    """What the golden screens show: 17 regions, one of which failed in the newest run."""
    h = History(path, **options)
    h.make_fleet()
    newest = h.now - 42
    old = h.now - 3 * HOUR - 12 * 60
    h.run(48200, old, mode="sweep")
    h.run(48208, h.now - 3420, mode="parallel", failed=list(h.fleet), error=("credentials", "ExpiredToken", "no region reached"))
    h.run(48210, h.now - 1842, mode="sequential", failed=[FAILED_REGION], workers=1, wall_us=81_100_000)
    h.run(48211, h.now - 1242, mode="parallel", failed=[FAILED_REGION])
    h.run(48213, newest, mode="sweep", failed=[FAILED_REGION])
    for k in range(1, 9): # their runs are no longer kept
        h.comparison(k, None, None, None, h.now - (9 - k) * DAY, 12_400_000 + 250_000 * k, agree=int(k != 5))
    h.comparison(9, 48210, 48211, 48213, h.now - 1842)
    h.inventory(48213, newest)
    h.rollups(gap=lambda region, at: region == FAILED_REGION and at > h.now - 3 * HOUR)
    h.timings(48211)
    h.timings(48213)
    for k, region in enumerate(list(h.fleet)[:6]):
        volumes = h.fleet[region][1]
        h.event(48213, newest, region, "created", after=volumes[3])
        h.event(48211, h.now - 1242, region, "grown", before=volumes[5]._replace(gib=volumes[5].gib // 2,
                                                                                cost=volumes[5].cost // 2), after=volumes[5])
        h.event(48210, h.now - 1842 - k * DAY, region, "deleted",
                before=volumes[4]._replace(id=hex_id("vol", region, "gone", k)))
        h.event(48200, old, region, "detached", before=volumes[-1]._replace(instance=volumes[0].instance),
                after=volumes[-1], instance_before=volumes[0].instance)
    h.daemon()
    return h.finish()


if __name__ == "__main__":
    print(make_golden(sys.argv[1]))
