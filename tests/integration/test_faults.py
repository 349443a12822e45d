# SPDX-License-Identifier: MIT
"""Whatever goes wrong on the way: right totals, or a region that is marked failed with its reason. Never a wrong
number, a hang or a process left behind."""
import csv
import os

import pytest

import ebsim
import ebsreportd
import expected
import processes
from ebsreportd import MODES

SICK, WELL = "eu-west-1", "us-east-1"
FLEET = dict(regions=f"{SICK},{WELL}", instances=6, volumes_per_instance=2, unattached=3, managed=4, multi_attach=2,
             terminated=2, volume_page_limit=7, seed=11)
# What is seen before any region is scanned comes from WELL, so a fault of SICK leaves that alone.
SICK_IN = f"region={SICK},kind="

HASTY = dict(max_attempts=2)


@pytest.fixture(autouse=True)
def nothing_is_left():
    processes.adopt_orphans()
    before = set(processes.children(os.getpid()))
    yield
    assert set(processes.children(os.getpid())) <= before


def region_truth(sim, name):
    return next(r for r in sim.truth()["regions"] if r["region"] == name)


def check_failed(region, kind, code=None):
    """A failed region says why, and shows no number at all."""
    assert region["status"] == "failed" and region["by_type"] is None
    assert set(expected.numbers(region).values()) == {None}
    error = region["error"]
    assert (error["kind"], error["code"]) == (kind, code) and error["message"]
    assert len(error["message"].splitlines()) == 1


def check_partial(result, sim, mode, kind, code=None):
    """SICK failed, WELL is right, and the totals are those of WELL and say that they are not whole."""
    assert result.rc == 2 and result.err == "", result
    report = result.json
    assert (report["status"], report["regions_ok"], report["regions_total"]) == ("partial", 1, 2)
    check_failed(result.region(SICK), kind, code)
    assert expected.numbers(result.region(WELL)) == expected.totals(region_truth(sim, WELL), mode)
    assert expected.numbers(report["totals"]) == expected.numbers(result.region(WELL))
    assert report["totals"]["complete"] is False


# ---- what passes ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", [
    "unavailable-html,count=2", "error=InternalError,count=2", "error=Strange,status=500,count=1", "reset,count=2",
    "reset,count=1,skip=3", "truncate,count=2", "garbage,count=2", "redirect,count=1", "bomb,count=1", "deep,count=1",
    "longtext,count=1", "drip,rate=20000,count=3", "empty-page,count=2", "short-page", "last-token", "duplicate",
    "error=InvalidPaginationToken,count=1,skip=1", "expired-credentials,count=1", "error=RequestExpired,count=1"])
def test_a_passing_fault_changes_no_number(ec2sim, mode, fault):
    sim = ec2sim(fault=SICK_IN + fault, **FLEET)
    result = ebsreportd.run(sim, f"--mode={mode}", check=0)
    assert sim.stats()["by_fault"], "the fault never struck"
    expected.check_run(result.json, sim.truth(), mode)
    assert result.json["calls"] == sim.stats()["calls"]


@pytest.mark.parametrize("code", ["RequestLimitExceeded,status=503", "EC2ThrottledException,status=503",
                                  "Throttling,status=400", "TooManyRequestsException,status=429", "Odd,status=429"])
def test_throttling_is_no_failed_attempt(ec2sim, config, code):
    sim = ec2sim(fault=f"{SICK_IN}error={code},count=3", **FLEET)
    result = ebsreportd.run(sim, config(max_attempts=1), check=0)
    expected.check_run(result.json, sim.truth(), "sweep")
    assert result.json["throttles"] == result.region(SICK)["throttles"] == 3 and result.region(WELL)["throttles"] == 0


@pytest.mark.parametrize("mode, options", [
    ("sequential", dict(bucket="5/50", instances=25)), ("parallel", dict(bucket="5/50", instances=25)),
    ("sweep", dict(bucket="5/50", instances=25, volume_page_limit=5)), ("parallel", dict(bucket="100/20", instances=170))])
def test_the_bucket_of_ec2(ec2sim, mode, options):
    sim = ec2sim(**{**FLEET, "regions": WELL, **options})
    result = ebsreportd.run(sim, f"--mode={mode}", check=0)
    expected.check_run(result.json, sim.truth(), mode)
    assert result.json["throttles"] == sim.stats()["by_code"]["RequestLimitExceeded"] > 0
    # The bucket is one for all workers: after the first refusals they slow down instead of asking again and again.
    assert result.json["throttles"] < result.json["calls"] / 2


def test_within_a_known_rate_nothing_is_throttled(ec2sim, config):
    sim = ec2sim(bucket="5/50", **{**FLEET, "regions": WELL, "instances": 25})
    result = ebsreportd.run(sim, config(api_rate=40, api_burst=4), "--mode=parallel", check=0)
    expected.check_run(result.json, sim.truth(), "parallel")
    assert result.json["throttles"] == 0


# ---- what stays -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault, kind, code", [
    ("unavailable-html", "server", None), ("error=InternalError", "server", "InternalError"), ("reset", "network", None),
    ("truncate", "protocol", None), ("garbage", "protocol", None), ("redirect", "protocol", None),
    ("bomb", "protocol", None), ("deep", "protocol", None), ("longtext", "protocol", None), ("huge", "protocol", None),
    ("error=UnauthorizedOperation", "denied", "UnauthorizedOperation"), ("error=OptInRequired", "denied", "OptInRequired"),
    ("error=InvalidAction", "refused", "InvalidAction"), ("expired-credentials", "expired", "RequestExpired"),
    ("error=InvalidPaginationToken", "pagination", "InvalidPaginationToken")])
def test_a_lasting_fault_fails_its_region_alone(ec2sim, config, mode, fault, kind, code):
    sim = ec2sim(fault=SICK_IN + fault, **FLEET)
    result = ebsreportd.run(sim, config(**HASTY), f"--mode={mode}", "--workers=4")
    check_partial(result, sim, mode, kind, code)
    assert (result.region(SICK)["error"]["request_id"] is not None) == (code is not None)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault, keys, kind", [
    ("hang", dict(call_timeout="400ms"), "timeout"), ("drip,rate=50", dict(call_timeout="400ms"), "timeout"), ("drip,rate=50", dict(region_timeout="600ms"), "deadline"),
    ("hang", dict(region_timeout="600ms"), "deadline"), ("throttle", dict(region_timeout="1500ms"), "deadline")])
def test_what_takes_too_long_fails_its_region_alone(ec2sim, config, mode, fault, keys, kind):
    sim = ec2sim(fault=SICK_IN + fault, **FLEET)
    result = ebsreportd.run(sim, config(**HASTY, **keys), f"--mode={mode}", "--workers=4")
    check_partial(result, sim, mode, kind)
    if kind == "deadline":
        seconds = int(keys["region_timeout"].removesuffix("ms")) / 1000
        assert f"region_timeout ({seconds} s)" in result.region(SICK)["error"]["message"]


def test_an_answer_that_stalls(ec2sim, config):
    sim = ec2sim(fault=SICK_IN + "hang", **FLEET)
    result = ebsreportd.run(sim, config(max_attempts=1, stall_timeout="1s", call_timeout="1h"))
    check_partial(result, sim, "sweep", "timeout")


def test_a_listing_without_end(ec2sim, config):
    sim = ec2sim(fault=f"action=DescribeVolumes,{SICK_IN}huge", **FLEET)
    check_partial(ebsreportd.run(sim, config(max_attempts=1)), sim, "sweep", "protocol")


@pytest.mark.parametrize("mode, action", [("sequential", "DescribeInstances"), ("parallel", "DescribeInstances"),
                                          ("sweep", "DescribeInstances"), ("sweep", "DescribeVolumes")])
def test_a_token_that_repeats_ends_the_region_not_the_run(ec2sim, mode, action):
    fleet = {**FLEET, "instances": 1100} if action == "DescribeInstances" else FLEET
    sim = ec2sim(fault=f"action={action},{SICK_IN}repeat-token", **fleet, no_verify=True)
    result = ebsreportd.run(sim, f"--mode={mode}")
    check_partial(result, sim, mode, "pagination")


@pytest.mark.parametrize("mode", MODES)
def test_with_every_region_down_there_is_no_number(ec2sim, config, mode, tmp_path):
    sim = ec2sim(fault=["action=DescribeInstances,kind=error=InternalError",
                        "action=DescribeVolumes,kind=unavailable-html"], **FLEET)
    result = ebsreportd.run(sim, config(**HASTY), f"--mode={mode}", db=tmp_path / "h.db")
    assert result.rc == 3 and result.json["status"] == "failed" and result.json["totals"]["complete"] is False
    assert set(expected.numbers(result.json["totals"]).values()) == {None}
    for region in result.json["regions"]:
        assert region["error"]["kind"] == "server" and set(expected.numbers(region).values()) == {None}
    rows = ebsreportd.sqlite(tmp_path / "h.db", "SELECT * FROM region_total")
    assert [row["status"] for row in rows] == ["failed"] * 2 and {row["attached_gib"] for row in rows} == {None}


def test_a_partial_report_says_so_in_words_and_in_the_database(ec2sim, tmp_path):
    sim = ec2sim(fault=SICK_IN + "error=UnauthorizedOperation", **FLEET)
    result = ebsreportd.run(sim, db=tmp_path / "h.db", text=True)
    truth = region_truth(sim, WELL)
    assert result.rc == 2 and result.err == ""
    assert f"Total volume size: at least {truth['instance_sum_gib']} GiB (1 of 2 regions)\n" in result.out
    assert f"{SICK} failed: denied UnauthorizedOperation: " in result.out and "(request id " in result.out
    assert ": 0 GiB" not in result.out
    rows = ebsreportd.sqlite(tmp_path / "h.db", "SELECT * FROM v1_latest ORDER BY region")
    assert [(r["region"], r["status"], r["attached_gib"]) for r in rows] == [
        (SICK, "failed", None), (WELL, "ok", truth["attached_gib"])]


def test_a_failed_region_in_csv_has_empty_fields(ec2sim):
    sim = ec2sim(fault=SICK_IN + "error=UnauthorizedOperation", **FLEET)
    result = ebsreportd.run(sim, "--csv")
    rows = {row["region"]: row for row in csv.DictReader(result.out.splitlines())}
    assert result.rc == 2 and {rows[SICK][name] for name in expected.NUMBERS} == {""}
    assert rows[SICK]["error_code"] == "UnauthorizedOperation" and rows[SICK]["error_request_id"]
    assert rows[WELL]["attached_gib"] == str(region_truth(sim, WELL)["attached_gib"])


def test_a_comparison_with_a_region_down_does_not_agree(ec2sim, config, tmp_path):
    sim = ec2sim(fault=SICK_IN + "error=UnauthorizedOperation", **FLEET)
    result = ebsreportd.run(sim, "--compare", db=tmp_path / "h.db")
    assert result.rc == 2 and result.json["agree"] is False and result.json["speedup"] is None
    for mode in MODES:
        assert result.json[mode]["status"] == "partial"
        failed = next(r for r in result.json[mode]["regions"] if r["region"] == SICK)
        check_failed(failed, "denied", "UnauthorizedOperation")


# ---- discovery --------------------------------------------------------------------------------------------------

NO_REGIONS = "action=DescribeRegions,kind="


def test_without_describe_regions_the_last_list_counts_and_says_so(ec2sim, tmp_path):
    db = tmp_path / "h.db"
    ebsreportd.run(ec2sim(**FLEET), db=db, check=0)
    sim = ec2sim(fault=NO_REGIONS + "error=UnauthorizedOperation", **FLEET)
    result = ebsreportd.run(sim, db=db, check=0)
    expected.check_run(result.json, sim.truth(), "sweep")
    assert result.json["regions_assumed"] is True and "UnauthorizedOperation" in result.json["notice"]
    text = ebsreportd.run(sim, db=db, check=0, text=True)
    assert "Note: the regions could not be listed (UnauthorizedOperation): these are the 2 that were listed at 20" in text.out


def test_a_comparison_of_the_last_list_says_so_and_does_not_renew_it(ec2sim, tmp_path):
    db = tmp_path / "h.db"
    ebsreportd.run(ec2sim(**FLEET), db=db, check=0)
    listed = ebsreportd.sqlite(db, "SELECT * FROM known_region")
    sim = ec2sim(fault=NO_REGIONS + "error=UnauthorizedOperation", **FLEET)
    report = ebsreportd.run(sim, "--compare", db=db, check=0).json
    expected.check_comparison(report, sim.truth())
    for mode in MODES:
        assert report[mode]["regions_assumed"] is True and "UnauthorizedOperation" in report[mode]["notice"]
    assert listed and ebsreportd.sqlite(db, "SELECT * FROM known_region") == listed


def test_a_comparison_without_regions_is_a_failed_one(ec2sim, tmp_path):
    sim = ec2sim(fault=NO_REGIONS + "error=UnauthorizedOperation", **FLEET)
    result = ebsreportd.run(sim, "--compare", db=tmp_path / "h.db")
    assert result.rc == 3 and len(result.err.splitlines()) == 1, result
    assert result.json["agree"] is False and result.json["speedup"] is None
    for mode in MODES:
        assert result.json[mode]["mode"] == mode and result.json[mode]["status"] == "failed"
        assert result.json[mode]["error"]["code"] == "UnauthorizedOperation" and result.json[mode]["regions"] == []
        assert set(expected.numbers(result.json[mode]["totals"]).values()) == {None}
    assert ebsreportd.sqlite(tmp_path / "h.db", "SELECT status FROM run") == [{"status": "failed"}] * 3
    text = ebsreportd.run(sim, "--compare", text=True)
    assert "Agreement: no" in text.out and text.out.count("Total volume size: unknown\n") == 3


@pytest.mark.parametrize("fault, kind", [("error=UnauthorizedOperation", "denied"), ("unavailable-html", "server"),
                                         ("hang", "timeout"), ("reset", "network"), ("garbage", "protocol")])
def test_without_regions_there_is_one_clear_line(ec2sim, config, tmp_path, fault, kind):
    sim = ec2sim(fault=NO_REGIONS + fault, **FLEET)
    result = ebsreportd.run(sim, config(call_timeout="400ms", **HASTY), db=tmp_path / "h.db")
    assert result.rc == 3 and len(result.err.splitlines()) == 1 and result.err.startswith("ebsreportd: ")
    assert result.json["status"] == "failed" and result.json["error"]["kind"] == kind
    assert result.json["regions"] == [] and set(expected.numbers(result.json["totals"]).values()) == {None}
    assert result.json["error"]["message"] in result.err
    assert ebsreportd.sqlite(tmp_path / "h.db", "SELECT status FROM run") == [{"status": "failed"}]


def test_bad_keys_are_not_covered_up_by_the_last_list(ec2sim, tmp_path):
    db = tmp_path / "h.db"
    sim = ec2sim(**FLEET)
    ebsreportd.run(sim, db=db, check=0)
    result = ebsreportd.run(sim, db=db, env={"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert result.rc == 3 and result.json["error"]["code"] == "SignatureDoesNotMatch" and result.json["regions"] == []


@pytest.mark.parametrize("mode", MODES)
def test_a_region_that_is_not_enabled(ec2sim, mode):
    sim = ec2sim(**FLEET)
    result = ebsreportd.run(sim, f"--region={WELL}", "--region=af-south-1", f"--mode={mode}")
    assert result.rc == 2 and result.json["status"] == "partial"
    check_failed(result.region("af-south-1"), "denied", "AuthFailure")
    assert "enabled" in result.region("af-south-1")["error"]["message"]
    assert expected.numbers(result.json["totals"]) == expected.totals(region_truth(sim, WELL), mode)


@pytest.mark.parametrize("fault", ["hang", "error=AccessDenied", "garbage"])
def test_the_account_is_known_without_sts(ec2sim, fault):
    sim = ec2sim(fault="action=GetCallerIdentity,kind=" + fault, **FLEET)
    result = ebsreportd.run(sim, check=0)
    assert {r["account"] for r in result.json["regions"]} == {ebsim.ACCOUNT}


# ---- time and endpoint ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("skew", [1200, -1200])
def test_a_wrong_clock_is_corrected_once(ec2sim, skew, mode):
    sim = ec2sim(clock_skew=skew, **FLEET)
    result = ebsreportd.run(sim, f"--mode={mode}", check=0)
    expected.check_run(result.json, sim.truth(), mode)
    refused = sum(sim.stats()["by_code"].values())
    assert 1 <= refused <= 2, "regions and identity are asked side by side, and nothing is refused after that"


@pytest.mark.parametrize("skew", [120, -120])
def test_a_clock_a_little_off_does_not_matter(ec2sim, skew):
    sim = ec2sim(clock_skew=skew, **FLEET)
    result = ebsreportd.run(sim, check=0)
    expected.check_run(result.json, sim.truth(), "sweep")
    assert sim.stats()["by_code"] == {} and result.json["retries"] == 0


def test_expired_credentials_are_refreshed_once_then_it_is_over(ec2sim):
    sim = ec2sim(fault="kind=expired-credentials", **FLEET)
    result = ebsreportd.run(sim, f"--region={SICK}", f"--region={WELL}")
    assert result.rc == 3 and {r["error"]["kind"] for r in result.json["regions"]} == {"expired"}
    # STS once, each region's first two calls, and all of them once more with keys that were read again.
    assert sim.stats()["by_action"]["DescribeVolumes"] <= 4 and sim.stats()["by_action"]["DescribeInstances"] <= 4


@pytest.mark.parametrize("mode", MODES)
def test_an_endpoint_that_does_not_know_managed_resources(ec2sim, mode):
    sim = ec2sim(reject_managed_parameter=True, **FLEET)
    result = ebsreportd.run(sim, f"--mode={mode}", check=0)
    expected.check_run(result.json, sim.truth(), mode)
    assert "IncludeManagedResources" in result.json["notice"]
