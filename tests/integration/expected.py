# SPDX-License-Identifier: MIT
"""What ebsreportd must report, from what ec2sim says that it holds."""
import ebsreportd


# The same oddities beside any number of instances.
ODDITIES = dict(unattached=7, managed=6, managed_instances=3, multi_attach=5, terminated=9, unknown_instance=4,
                short_ids=30)
REGIONS = "eu-west-1,us-east-1"

# What every mode sees.
COMMON = ("instances", "instance_sum_gib", "multi_attach_extra_gib")
# What only a listing of all volumes tells: null in the other modes, never 0.
SWEEP_ONLY = ("unknown_instance_volumes", "unknown_instance_gib", "unattached_volumes", "unattached_gib",
              "managed_volumes", "managed_gib")
NUMBERS = COMMON + ("attached_volumes", "attached_gib") + SWEEP_ONLY
TYPE_KEYS = ("zone", "type", "state", "holder")
TYPE_NUMBERS = ("volumes", "gib", "iops", "throughput_mibps")


def totals(truth, mode):
    """The numbers that a report of that mode must have where ec2sim holds this."""
    want = {name: truth[name] for name in NUMBERS}
    if mode != "sweep":
        for unit in "volumes", "gib":
            want["attached_" + unit] -= truth["unknown_instance_" + unit]
        want.update(dict.fromkeys(SWEEP_ONLY))
    return want


def types(truth, mode):
    """The breakdown that a report of that mode must have: the numbers by zone, type, state and holder."""
    return {tuple(row[k] for k in TYPE_KEYS): (row["volumes"], row["gib"], row["iops"], row["throughput"])
            for row in truth["types"] if mode == "sweep" or row["holder"] == "instance"}


def numbers(report):
    """The same numbers as the report of a region, or of all, has them."""
    return {name: report[name] for name in NUMBERS}


def check_sums(report):
    """One report's numbers fit together."""
    if report["unattached_gib"] is None:
        assert report["instance_sum_gib"] - report["multi_attach_extra_gib"] == report["attached_gib"]
        return
    assert (report["instance_sum_gib"] - report["multi_attach_extra_gib"] + report["unknown_instance_gib"]
            == report["attached_gib"])


def check_types(region):
    """The breakdown of a region adds up to its totals."""
    rows = region["by_type"]
    keys = [tuple(row[k] for k in TYPE_KEYS) for row in rows]
    assert len(set(keys)) == len(keys)
    for unit in "volumes", "gib":
        held = {}
        for row in rows:
            held[row["holder"]] = held.get(row["holder"], 0) + row[unit]
        assert held.get("instance", 0) + held.get("unknown_instance", 0) == region["attached_" + unit]
        for holder, name in ("unknown_instance", "unknown_instance_"), ("none", "unattached_"), ("managed", "managed_"):
            assert held.get(holder, 0) == (region[name + unit] or 0)


def check_run(run, truth, mode):
    """A whole report of one run, region by region and in total, against ec2sim's truth."""
    assert (run["format_version"], run["mode"], run["status"]) == (1, mode, "ok")
    assert [r["region"] for r in run["regions"]] == sorted(r["region"] for r in truth["regions"])
    there = {r["region"]: r for r in truth["regions"]}
    for region in run["regions"]:
        want = there[region["region"]]
        assert region["status"] == "ok" and "error" not in region
        assert numbers(region) == totals(want, mode), region["region"]
        rows = {tuple(row[k] for k in TYPE_KEYS): tuple(row[n] for n in TYPE_NUMBERS) for row in region["by_type"]}
        assert rows == types(want, mode), region["region"]
        check_sums(region)
        check_types(region)
    assert numbers(run["totals"]) == totals(truth["totals"], mode)
    assert run["totals"]["complete"] is True
    check_sums(run["totals"])
    assert run["regions_total"] == run["regions_ok"] == len(run["regions"])


def check_comparison(report, truth):
    """A report of --compare."""
    assert report["format_version"] == 1 and report["agree"] is True
    for mode in "sequential", "parallel", "sweep":
        check_run(report[mode], truth, mode)
    assert report["speedup"] > 0


def check_all_modes(sim, *args, **options):
    """Runs each mode and compares; the reports by mode."""
    truth = sim.truth()
    reports = {mode: ebsreportd.run(sim, f"--mode={mode}", *args, check=0, **options).json for mode in ebsreportd.MODES}
    for mode, report in reports.items():
        check_run(report, truth, mode)
    return reports
