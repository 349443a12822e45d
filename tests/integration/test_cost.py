# SPDX-License-Identifier: MIT
"""What the volumes cost, against prices and volumes read here: the CSV file by Python, the volumes by boto3."""
import collections
import csv
import decimal
import re
from decimal import Decimal

import pytest

import awsclient
import ebsim
import ebsreportd
from ebsreportd import MODES, sqlite
from expected import ODDITIES

BUILTIN = ebsim.ROOT / "data" / "ebs-prices.csv"
# Dollars, yuan, and a region that the list does not know.
REGIONS = ["ap-southeast-4", "cn-north-1", "eu-west-1", "us-east-1"]
GP3_IOPS, GP3_MIBPS = 3000, 125
DATE = "2022-02-10"

Sums = collections.namedtuple("Sums", "micros unpriced as_gp3")


def read_prices(path):
    """{(region, type): {dimension: price}} and {region: currency}."""
    prices, currencies = collections.defaultdict(dict), {}
    with open(path, newline="", encoding="ascii") as file:
        for row in csv.DictReader(file, strict=True):
            prices[row["region"], row["volume_type"]][row["dimension"]] = Decimal(row["price"])
            currencies[row["region"]] = row["currency"]
    return prices, currencies


def micros(amount):
    return int((amount * 1_000_000).to_integral_value(rounding=decimal.ROUND_HALF_UP))


def price(prices, region, kind, gib, iops, mibps):
    """A volume's price in micros; None where the list lacks one that is needed."""
    of = prices.get((region, kind), {})
    terms = [("gib_month", gib)]
    if kind == "gp3":
        terms += [("iops_month", max(0, iops - GP3_IOPS)),
                  ("throughput_gibps_month", Decimal(max(0, mibps - GP3_MIBPS)) / 1024)]
    elif kind == "io1":
        terms += [("iops_month", iops)]
    elif kind == "io2":
        terms += [("iops_month_tier1", min(iops, 32000)), ("iops_month_tier2", max(0, min(iops, 64000) - 32000)),
                  ("iops_month_tier3", max(0, iops - 64000))]
    terms = [(dimension, n) for dimension, n in terms if n or dimension == "gib_month"]
    if any(dimension not in of for dimension, n in terms):
        return None
    return micros(sum((of[dimension] * n for dimension, n in terms), Decimal(0)))


def price_as_gp3(prices, region, gib):
    """What a gp2 volume would cost as gp3 with the IOPS and throughput that it has all the time."""
    mibps = 128 if gib <= 170 else 250 if gib >= 334 else -(-gib * 3 // 4)
    return price(prices, region, "gp3", gib, min(16000, max(100, 3 * gib)), mibps)


def holder(volume, known):
    """Whose sum it is in: attached, unattached, managed; and whether a per-instance mode sees it."""
    held = [a for a in volume["Attachments"] if a["State"] != "detached"]
    ids = {a["InstanceId"] for a in held if a.get("InstanceId")}
    if ids:
        return "attached", bool(ids & known)
    managed = bool(held) or volume.get("Operator", {}).get("Managed", False)
    return "managed" if managed else "unattached", False


def managed_ids(sim, region):
    """Debian's boto3 may not know operator: the wire does."""
    ec2 = awsclient.include_managed(awsclient.client(sim, region=region))
    bodies = []
    ec2.meta.events.register("after-call.ec2.DescribeVolumes", lambda http_response, **_: bodies.append(http_response.text))
    volumes = awsclient.volumes(ec2, page_size=500)
    text = "".join(bodies)
    items = re.findall(r"<volumeId>(vol-[0-9a-f]+)</volumeId>(?:(?!<volumeId>).)*?<managed>true</managed>", text, re.S)
    return volumes, set(items)


def expect(sim, region, prices, sweep):
    volumes, managed = managed_ids(sim, region)
    ec2 = awsclient.include_managed(awsclient.client(sim, region=region))
    known = {i["InstanceId"] for i in awsclient.instances(ec2, page_size=500) if i["State"]["Name"] != "terminated"}
    sums, unpriced = dict.fromkeys(("attached", "unattached", "managed"), 0), 0
    gp3 = dict.fromkeys(("cheaper_volumes", "cheaper_micros", "dearer_volumes", "dearer_micros"), 0)
    for v in volumes:
        v.setdefault("Operator", {"Managed": v["VolumeId"] in managed})
        whose, seen = holder(v, known)
        if not (sweep or seen):
            continue
        cost = price(prices, region, v["VolumeType"], v["Size"], v.get("Iops", 0), v.get("Throughput", 0))
        if cost is None:
            unpriced += 1
            continue
        sums[whose] += cost
        if v["VolumeType"] == "gp2":
            change = price_as_gp3(prices, region, v["Size"]) - cost
            if change:
                name = "dearer" if change > 0 else "cheaper"
                gp3[name + "_volumes"] += 1
                gp3[name + "_micros"] += abs(change)
    return Sums(sums, unpriced, gp3)


def as_reported(want, currency, sweep):
    return {"currency": currency, "prices_oldest": DATE, "prices_newest": DATE,
            "total_micros": sum(want.micros.values()), "attached_micros": want.micros["attached"],
            "unattached_micros": want.micros["unattached"] if sweep else None,
            "managed_micros": want.micros["managed"] if sweep else None, "gp2_as_gp3": want.as_gp3}


def added(a, b):
    return Sums(*({k: x[k] + y[k] for k in x} if isinstance(x, dict) else x + y for x, y in zip(a, b)))


def columns(want, sweep):
    """A currency's columns in the views."""
    of = want.micros
    return {"attached_cost_micros": of["attached"], "unattached_cost_micros": of["unattached"] if sweep else None,
            "managed_cost_micros": of["managed"] if sweep else None,
            "billed_cost_micros": sum(of.values()) if sweep else None, "prices_oldest": DATE, "prices_newest": DATE}


def check_stored(db, report, totals, unpriced, sweep):
    """The views have what the report said, region by region and by currency."""
    rows = {row["region"]: row for row in sqlite(db, "SELECT * FROM v1_latest")}
    for region in report["regions"]:
        row, cost = rows[region["region"]], region["cost"]
        assert row["unpriced_volumes"] == cost["unpriced_volumes"]
        said = cost["currencies"][0] if cost["currencies"] else dict.fromkeys(
            ("currency", "attached_micros", "unattached_micros", "managed_micros"))
        assert [row["currency"]] + [row[n + "_cost_micros"] for n in ("attached", "unattached", "managed")] == [
            said["currency"]] + [said[n + "_micros"] for n in ("attached", "unattached", "managed")]
        kinds = sqlite(db, f"SELECT * FROM v1_type WHERE region = '{region['region']}'")
        assert sum(k["cost_micros"] or 0 for k in kinds) == (said.get("total_micros") or 0)
        assert sum(k["unpriced_volumes"] for k in kinds) == cost["unpriced_volumes"]
    rows = sqlite(db, "SELECT * FROM v1_run_cost WHERE run_id = 1 ORDER BY currency")
    assert [row["currency"] for row in rows] == sorted(totals)
    for row in rows:
        want = columns(totals[row["currency"]], sweep)
        assert {name: row[name] for name in want} == want
        assert row["at_least"] == 1 and row["unpriced_volumes"] == unpriced
    run = sqlite(db, "SELECT * FROM v1_run")[0]
    assert run["currency"] is None and run["attached_cost_micros"] is None and run["unpriced_volumes"] == unpriced


@pytest.mark.parametrize("mode", MODES)
def test_cost(ec2sim, mode, tmp_path):
    sim = ec2sim(regions=",".join(REGIONS), instances=150, seed=7, **ODDITIES)
    db, sweep = tmp_path / "history.db", mode == "sweep"
    prices, currencies = read_prices(BUILTIN)
    report = ebsreportd.run(sim, f"--mode={mode}", db=db, check=0).json
    totals, unpriced = {}, 0
    for region in REGIONS:
        want = expect(sim, region, prices, sweep)
        cost = next(
            r for r in report["regions"] if r["region"] == region)["cost"]
        unpriced += want.unpriced
        assert cost["unpriced_volumes"] == want.unpriced
        if region not in currencies:
            assert cost["currencies"] == [] and want.unpriced > 0
            continue
        assert cost["currencies"] == [as_reported(want, currencies[region], sweep)], region
        currency = currencies[region]
        totals[currency] = added(totals[currency], want) if currency in totals else want
    assert report["totals"]["cost"] == {"unpriced_volumes": unpriced, "currencies": [
        as_reported(totals[c], c, sweep) for c in sorted(totals)]}
    check_stored(db, report, totals, unpriced, sweep)
    assert set(totals) == {"CNY", "USD"} and totals["USD"].micros["attached"] > 0


def test_single_volumes_and_instances(ec2sim, tmp_path):
    """Each volume has its price in the inventory, a gp2 one also what it would cost as gp3, and an instance their sums."""
    sim = ec2sim(regions=",".join(REGIONS), instances=60, seed=9, **ODDITIES)
    db = tmp_path / "history.db"
    prices, currencies = read_prices(BUILTIN)
    ebsreportd.run(sim, db=db, check=0)
    for region in REGIONS:
        want, held = {}, collections.defaultdict(list)
        for v in managed_ids(sim, region)[0]:
            cost = price(prices, region, v["VolumeType"], v["Size"], v.get("Iops", 0), v.get("Throughput", 0))
            as_gp3 = price_as_gp3(prices, region, v["Size"]) if v["VolumeType"] == "gp2" and cost is not None else None
            want[v["VolumeId"]] = (cost and currencies[region], cost, as_gp3)
            for instance in {a.get("InstanceId") for a in v["Attachments"] if a["State"] != "detached"}:
                held[instance].append((v["VolumeType"], v["Size"], cost, as_gp3))
        rows = sqlite(db, f"SELECT * FROM v1_volume WHERE region = '{region}'")
        assert {r["volume_id"]: (r["currency"], r["cost_micros"], r["gp3_cost_micros"]) for r in rows} == want
        for i in sqlite(db, f"SELECT * FROM v1_instance WHERE region = '{region}'"):
            mine = held[i["instance_id"]]
            costs = [cost for _, _, cost, _ in mine if cost is not None]
            savings = [cost - as_gp3 for _, _, cost, as_gp3 in mine if as_gp3 is not None]
            assert (i["cost_micros"], i["unpriced_volumes"], i["gp3_gib"], i["gp3_saving_micros"]) == (
                sum(costs) if costs or not mine else None, len(mine) - len(costs),
                sum(gib for kind, gib, _, _ in mine if kind == "gp3"), sum(savings) if savings else None), i
    listings = {r["region"]: (r["currency"], r["prices_oldest"], r["prices_newest"])
                for r in sqlite(db, "SELECT * FROM v1_listing")}
    assert listings == {r: (currencies[r], DATE, DATE) if r in currencies else (None, None, None) for r in REGIONS}


OWN_LIST = """region,volume_type,dimension,price,currency,as_of
us-east-1,gp3,gib_month,0.1,USD,2026-11-01
us-east-1,gp3,iops_month,0.01,USD,2026-11-02\r
us-east-1,gp3,throughput_mibps_month,"0.05",USD,2026-11-03
"""


def configuration(tmp_path, prices):
    """A configuration file that names a price list of these bytes."""
    path, conf = tmp_path / "prices.csv", tmp_path / "ebsreportd.conf"
    path.write_bytes(prices.encode())
    conf.write_text(f"prices = {path}\n")
    return path, f"--config={conf}"


def test_own_list(ec2sim, tmp_path):
    """It replaces the built-in one as a whole, dates included: gp2 has no price now."""
    sim = ec2sim(regions="us-east-1", instances=50, unattached=5)
    path, option = configuration(tmp_path, OWN_LIST)
    prices = {("us-east-1", "gp3"): {"gib_month": Decimal("0.1"), "iops_month": Decimal("0.01"),
                                     "throughput_gibps_month": Decimal("51.2")}}
    want = expect(sim, "us-east-1", prices, True)
    result = ebsreportd.run(sim, option, check=0)
    cost = result.json["totals"]["cost"]
    assert cost["unpriced_volumes"] == want.unpriced > 0
    assert cost["currencies"] == [{**as_reported(want, "USD", True), "prices_oldest": "2026-11-01", "prices_newest": "2026-11-03"}]
    text = ebsreportd.run(sim, option, text=True, check=0).out
    assert re.search(rf"^Estimated cost: at least [\d,.]+ USD a month \(prices of 2026-11-01 to 2026-11-03, "
                     rf"{want.unpriced} volumes without a price\)$", text, re.M), text
    assert re.search(r"^us-east-1 .* >=[\d,.]+ USD +\d+ +\d+\.\d\d$", text, re.M), text


@pytest.mark.parametrize("prices, message", [
    (OWN_LIST.replace("0.01", "0,01"), ":3: 7 fields: there have to be 6"),
    (OWN_LIST.replace("0.01", "-1"), ":3: price '-1': it has to be a number"),
    (OWN_LIST.replace("iops_month", "iops"), ":3: dimension 'iops': it has to be one that gp3 is charged for: gib_month"),
    (OWN_LIST.replace("2026-11-02", "2026-11-31"), ":3: as_of '2026-11-31': it has to be the price's date"),
    (OWN_LIST + OWN_LIST.splitlines()[1], ":5: this price of gp3 in us-east-1 is on line 2 already"),
    ("", ": there is no price in it"),
])
def test_bad_list(tmp_path, prices, message):
    path, option = configuration(tmp_path, prices)
    env = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    for arguments in ["--check-config"], []:
        result = ebsreportd.run(None, option, *arguments, env=env)
        assert (result.rc, result.out) == (1, "") and str(path) + message in result.err, result


def test_missing_list(tmp_path):
    path, option = configuration(tmp_path, "")
    path.unlink()
    result = ebsreportd.run(None, option, "--check-config", env={"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"})
    assert result.rc == 1 and f"cannot read {path}: No such file or directory" in result.err


def test_no_region_no_cost(ec2sim):
    """Where a region fails the sums of the others are "at least", and it has none."""
    sim = ec2sim(regions="eu-west-1,us-east-1", instances=5, fault="region=eu-west-1,kind=error=UnauthorizedOperation,status=403")
    result = ebsreportd.run(sim, check=2)
    assert result.region("eu-west-1")["cost"] is None
    text = ebsreportd.run(sim, text=True, check=2).out
    assert re.search(r"^Estimated cost: at least [\d,.]+ USD a month \(prices of 2022-02-10, 1 of 2 regions\)$", text, re.M), text


def test_csv(ec2sim):
    sim = ec2sim(regions=",".join(REGIONS), instances=5, unattached=2, managed=2)
    report = ebsreportd.run(sim, check=0).json
    out = ebsreportd.run(sim, "--csv", check=0).out
    rows = list(csv.DictReader(out.splitlines(), strict=True))
    assert [row["region"] for row in rows] == REGIONS
    for row, region in zip(rows, report["regions"]):
        said = region["cost"]["currencies"][0] if region["cost"]["currencies"] else {}
        for column, name in (("currency", "currency"), ("attached_cost_micros", "attached_micros"),
                             ("unattached_cost_micros", "unattached_micros"), ("managed_cost_micros", "managed_micros"),
                             ("prices_oldest", "prices_oldest"), ("prices_newest", "prices_newest")):
            assert row[column] == str(said.get(name, "")), column
        assert row["unpriced_volumes"] == str(region["cost"]["unpriced_volumes"])
