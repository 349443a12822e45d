# SPDX-License-Identifier: MIT
"""ec2sim is EC2 as far as boto3 and the AWS command line can tell."""
import json
import subprocess

import pytest

import awsraw
import ebsim
from awsclient import REGION, aws, by_filter, client, include_managed, instances, refused, volumes

FLEET = dict(regions="eu-west-1,us-east-1,af-south-1", instances=23, volumes_per_instance=3, unattached=7, managed=4,
             managed_instances=3, multi_attach=5, terminated=9, unknown_instance=6, transient=12, short_ids=30, seed=7)


def totals(all_volumes, all_instances):
    """The expected totals once more, from what boto3 sees."""
    live = {i["InstanceId"] for i in all_instances if i["State"]["Name"] != "terminated"}
    t = dict.fromkeys(["instance_sum_gib", "attached_volumes", "attached_gib", "multi_attach_extra_gib",
                       "unknown_instance_volumes", "unknown_instance_gib", "unattached_volumes", "unattached_gib",
                       "managed_volumes", "managed_gib"], 0)
    t["instances"] = len(live)
    t["volumes"] = len(all_volumes)
    for volume in all_volumes:
        size = volume["Size"]
        held = [a for a in volume["Attachments"] if a["State"] != "detached"]
        known = [a for a in held if a.get("InstanceId") in live]
        holder = ("attached" if any("InstanceId" in a for a in held) else "managed" if held else "unattached")
        t[holder + "_volumes"] += 1
        t[holder + "_gib"] += size
        t["instance_sum_gib"] += size * len(known)
        t["multi_attach_extra_gib"] += size * max(len(known) - 1, 0)
        if holder == "attached" and not known:
            t["unknown_instance_volumes"] += 1
            t["unknown_instance_gib"] += size
    return t


def region_truth(sim, region=REGION):
    return next(r for r in sim.truth()["regions"] if r["region"] == region)


@pytest.fixture(scope="module")
def sim():
    with ebsim.Ec2sim(**FLEET) as running:
        yield running


@pytest.fixture(scope="module")
def ec2(sim):
    return client(sim)


# ---- the command line -------------------------------------------------------------------------------------------

def test_aws_lists_regions(sim):
    listed = aws(sim, "ec2", "describe-regions")["Regions"]
    assert {r["RegionName"]: r["OptInStatus"] for r in listed} == {
        "eu-west-1": "opt-in-not-required", "us-east-1": "opt-in-not-required", "af-south-1": "opted-in"}
    everything = aws(sim, "ec2", "describe-regions", "--all-regions")["Regions"]
    assert {"RegionName": "il-central-1", "Endpoint": "ec2.il-central-1.amazonaws.com",
            "OptInStatus": "not-opted-in"} in everything


def test_aws_pages_instances_and_volumes(sim):
    truth = region_truth(sim)
    reservations = aws(sim, "ec2", "describe-instances", "--page-size", "5")["Reservations"]
    listed = [i["InstanceId"] for r in reservations for i in r["Instances"]]
    assert len(listed) == len(set(listed)) == truth["instances"] + truth["terminated_instances"] - 3  # hidden
    all_volumes = aws(sim, "ec2", "describe-volumes", "--page-size", "7")["Volumes"]
    assert len({v["VolumeId"] for v in all_volumes}) == len(all_volumes)
    assert aws(sim, "ec2", "describe-volumes")["Volumes"] == all_volumes


def test_aws_filters_as_the_article_does(sim):
    instance = aws(sim, "ec2", "describe-instances", "--max-items", "1")["Reservations"][0]["Instances"][0]
    held = aws(sim, "ec2", "describe-volumes", "--filters",
               f"Name=attachment.instance-id,Values={instance['InstanceId']}")["Volumes"]
    mapped = {m["Ebs"]["VolumeId"] for m in instance["BlockDeviceMappings"]}
    assert {v["VolumeId"] for v in held} == mapped and len(mapped) >= 3


def test_aws_shows_ec2s_own_errors(sim):
    assert "(InvalidParameterValue)" in aws(sim, "ec2", "describe-volumes", "--max-results", "4", check=False)
    assert "(InvalidParameterValue)" in aws(sim, "ec2", "describe-instances", "--next-token", "x", check=False)
    assert "(InvalidParameterCombination)" in aws(sim, "ec2", "describe-instances", "--instance-ids",
                                                  "i-0123456789abcdef0", "--max-results", "5", check=False)


# ---- regions ----------------------------------------------------------------------------------------------------

def test_regions(ec2):
    names = lambda **p: [r["RegionName"] for r in ec2.describe_regions(**p)["Regions"]]
    assert sorted(names()) == ["af-south-1", "eu-west-1", "us-east-1"]
    assert names(RegionNames=["us-east-1"]) == ["us-east-1"]
    assert names(Filters=[{"Name": "opt-in-status", "Values": ["opted-in"]}]) == ["af-south-1"]
    assert names(Filters=[{"Name": "endpoint", "Values": ["*west*"]}]) == ["eu-west-1"]
    assert "ap-east-1" in names(AllRegions=True)
    assert refused(ec2.describe_regions, RegionNames=["nowhere-1"]) == ("InvalidParameterValue", 400)


def test_a_region_that_is_not_opted_in_refuses(sim):
    assert refused(client(sim, region="ap-east-1").describe_instances) == ("AuthFailure", 401)
    assert refused(client(sim, region="xx-nowhere-9").describe_instances) == ("SignatureDoesNotMatch", 403)


def test_an_enabled_region_without_a_fleet_is_empty(sim):
    ec2 = client(sim, region="us-west-2")
    assert volumes(ec2) == [] and instances(ec2) == []


# ---- paging -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("size", [5, 6, 17, 1000])
def test_pages_of_any_size_hold_the_same(ec2, size):
    assert volumes(ec2, size) == volumes(ec2, 500)
    ids = [i["InstanceId"] for i in instances(ec2, size)]
    assert ids == [i["InstanceId"] for i in instances(ec2, 1000)]


def test_max_results_bounds_instances_not_reservations(ec2):
    page = ec2.describe_instances(MaxResults=5)
    assert sum(len(r["Instances"]) for r in page["Reservations"]) == 5
    pages = ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5})
    reservations = [r["ReservationId"] for page in pages for r in page["Reservations"]]
    assert len(set(reservations)) < len(reservations), "no reservation is split over pages"
    assert any(len(r["Instances"]) > 1 for r in ec2.describe_instances()["Reservations"])


@pytest.mark.parametrize("size", [-1, 0, 4, 1001])
def test_max_results_out_of_bounds(ec2, size):
    assert refused(ec2.describe_volumes, MaxResults=size) == ("InvalidParameterValue", 400)
    assert refused(ec2.describe_instances, MaxResults=size) == ("InvalidParameterValue", 400)


def test_max_results_and_ids_exclude_each_other(ec2):
    volume, instance = volumes(ec2)[0]["VolumeId"], instances(ec2)[0]["InstanceId"]
    combination = ("InvalidParameterCombination", 400)
    assert refused(ec2.describe_volumes, VolumeIds=[volume], MaxResults=10) == combination
    assert refused(ec2.describe_instances, InstanceIds=[instance], MaxResults=10) == combination


def test_volume_pages_are_cut():
    with ebsim.Ec2sim(regions=REGION, instances=0, unattached=1203) as sim:
        assert len(client(sim).describe_volumes(MaxResults=1000)["Volumes"]) == 500
        assert len(volumes(client(sim), 1000)) == 1203
        assert len(client(sim).describe_volumes()["Volumes"]) == 1203
    with ebsim.Ec2sim(regions=REGION, instances=0, unattached=1203, volume_page_limit=1000,
                      unpaginated_limit=900) as sim:
        assert len(client(sim).describe_volumes(MaxResults=1000)["Volumes"]) == 1000
        answer = client(sim).describe_volumes()
        assert len(answer["Volumes"]) == 900 and answer["NextToken"]


def test_tokens(sim, ec2):
    page = ec2.describe_volumes(MaxResults=5)
    token = page["NextToken"]
    assert ec2.describe_volumes(MaxResults=9, NextToken=token)["Volumes"] == volumes(ec2)[5:14]
    for bad in "x", "", token[:-4], token[:20] + ("A" if token[20] != "A" else "B") + token[21:], "x" * 5000:
        assert refused(ec2.describe_volumes, NextToken=bad, MaxResults=5) == ("InvalidParameterValue", 400)
    bound = ("InvalidPaginationToken", 400)
    filters = [{"Name": "status", "Values": ["in-use"]}]
    assert refused(ec2.describe_volumes, NextToken=token, Filters=filters) == bound
    assert refused(ec2.describe_instances, NextToken=token) == bound
    assert refused(client(sim, region="us-east-1").describe_volumes, NextToken=token) == bound
    other = dict(key="AKIASIM0999999999999", secret="secret-of-AKIASIM0999999999999")
    assert refused(client(sim, **other).describe_volumes, NextToken=token) == bound
    assert ec2.describe_volumes(MaxResults=5)["NextToken"] != token


# ---- ids and filters --------------------------------------------------------------------------------------------

def test_ids(ec2):
    known = [v["VolumeId"] for v in volumes(ec2)][3:6]
    assert {v["VolumeId"] for v in ec2.describe_volumes(VolumeIds=known)["Volumes"]} == set(known)
    assert refused(ec2.describe_volumes, VolumeIds=["vol-0123456789abcdef0"]) == ("InvalidVolume.NotFound", 400)
    assert refused(ec2.describe_volumes, VolumeIds=["vol-x"]) == ("InvalidParameterValue", 400)
    assert refused(ec2.describe_instances, InstanceIds=["i-0123456789abcdef0"]) == ("InvalidInstanceID.NotFound", 400)
    assert refused(ec2.describe_instances, InstanceIds=["web-1"]) == ("InvalidInstanceID.Malformed", 400)


def test_filter_by_instance(ec2):
    everything = volumes(ec2)
    for instance in {a["InstanceId"] for v in everything for a in v["Attachments"] if "InstanceId" in a}:
        expected = [v for v in everything if instance in [a.get("InstanceId") for a in v["Attachments"]]]
        assert by_filter(ec2, "attachment.instance-id", instance) == expected
    assert by_filter(ec2, "attachment.instance-id", "i-0123456789abcdef0") == []


@pytest.mark.parametrize("name, value, expected", [
    ("status", "in-use", lambda v: v["State"] == "in-use"),
    ("status", "available", lambda v: v["State"] == "available"),
    ("volume-type", "gp?", lambda v: v["VolumeType"] in ("gp2", "gp3")),
    ("volume-type", "GP3", lambda v: False),
    ("volume-id", "vol-0*", lambda v: v["VolumeId"].startswith("vol-0")),
    ("volume-id", "vol-0a*", lambda v: v["VolumeId"].startswith("vol-0a")),
    ("volume-id", "vol-????????", lambda v: len(v["VolumeId"]) == 12),
    ("availability-zone", "eu-west-1b", lambda v: v["AvailabilityZone"] == "eu-west-1b"),
    ("size", "100", lambda v: v["Size"] == 100),
    ("encrypted", "true", lambda v: v["Encrypted"]),
    ("multi-attach-enabled", "true", lambda v: v["MultiAttachEnabled"]),
    ("attachment.device", "/dev/xvda", lambda v: "/dev/xvda" in [a.get("Device") for a in v["Attachments"]]),
    ("attachment.status", "attached", lambda v: "attached" in [a["State"] for a in v["Attachments"]]),
    ("attachment.status", "detach*", lambda v: {"detaching", "detached"} & {a["State"] for a in v["Attachments"]}),
    ("attachment.delete-on-termination", "true", lambda v: any(a["DeleteOnTermination"] for a in v["Attachments"])),
    ("tag-key", "team", lambda v: "team" in [t["Key"] for t in v.get("Tags", [])]),
    ("tag:Environment", "prod*", lambda v: {"Key": "Environment", "Value": "production"} in v.get("Tags", [])),
])
def test_filters(ec2, name, value, expected):
    assert by_filter(ec2, name, value) == [v for v in volumes(ec2) if expected(v)]


def test_filters_are_joined_by_and_and_their_values_by_or(ec2):
    found = volumes(ec2, Filters=[{"Name": "volume-type", "Values": ["gp2", "io2"]},
                                  {"Name": "encrypted", "Values": ["false"]}])
    assert found == [v for v in volumes(ec2) if v["VolumeType"] in ("gp2", "io2") and not v["Encrypted"]]
    assert found


def test_filter_errors(ec2):
    for name, values in ("colour", ["red"]), ("status", []), ("tag:", ["x"]), ("status", ["x" * 256]):
        filters = [{"Name": name, "Values": values}]
        assert refused(ec2.describe_volumes, Filters=filters) == ("InvalidParameterValue", 400)
    many = [f"i-{n:08x}" for n in range(201)]
    assert refused(ec2.describe_volumes, Filters=[{"Name": "attachment.instance-id", "Values": many}]) == (
        "FilterLimitExceeded", 400)
    halves = [{"Name": "attachment.instance-id", "Values": many[:100]}, {"Name": "volume-id", "Values": many[100:]}]
    assert refused(ec2.describe_volumes, Filters=halves) == ("FilterLimitExceeded", 400)
    assert by_filter(ec2, "attachment.instance-id", *many[:200]) == []


def test_escaped_wildcards(ec2sim, tmp_path):
    names = ["a*b", "a?b", "a\\b", "axb", "ab"]
    fleet = {"regions": {REGION: {"volumes": [
        {"id": f"vol-0{n:016x}", "size": 1, "tags": {"Name": name}} for n, name in enumerate(names, 1 << 40)]}}}
    path = tmp_path / "fleet.json"
    path.write_text(json.dumps(fleet))
    ec2 = client(ec2sim(fleet_file=path))
    found = lambda pattern: {t["Value"] for v in by_filter(ec2, "tag:Name", pattern) for t in v["Tags"]}
    assert found("a*b") == set(names)
    assert found("a?b") == set(names) - {"ab"}
    assert found("a\\*b") == {"a*b"}
    assert found("a\\?b") == {"a?b"}
    assert found("a\\\\b") == {"a\\b"}


def test_sixteen_chains_of_volume_ids_are_disjoint_and_complete(ec2):
    chains = [by_filter(ec2, "volume-id", f"vol-0{k:x}*", *([f"vol-{k:x}*"] if k else [])) for k in range(16)]
    ids = [v["VolumeId"] for chain in chains for v in chain]
    assert len(ids) == len(set(ids)) and set(ids) == {v["VolumeId"] for v in volumes(ec2)}
    assert any(len(i) == 12 for i in ids), "no short id in the fleet"


# ---- other errors of EC2 ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("action, version, params, code, status", [
    ("DescribeVolume", "2016-11-15", {}, "InvalidAction", 400),
    ("StopInstances", "2016-11-15", {}, "UnsupportedOperation", 400),
    ("DescribeVolumes", "2099-01-01", {}, "NoSuchVersion", 400),
    ("DescribeVolumes", None, {}, "MissingParameter", 400),
    (None, "2016-11-15", {}, "MissingAction", 400),
    ("DescribeVolumes", "2016-11-15", {"Colour": "red"}, "UnknownParameter", 400),
    ("DescribeVolumes", "2016-11-15", {"DryRun": "true"}, "DryRunOperation", 412),
    ("DescribeVolumes", "2016-11-15", {"DryRun": "perhaps"}, "InvalidParameterValue", 400),
    ("DescribeVolumes", "2016-11-15", {"MaxResults": "ten"}, "InvalidParameterValue", 400),
    ("DescribeVolumes", "2016-11-15", {"Filter.1.Value.1": "x"}, "InvalidParameterValue", 400),
])
def test_bad_requests(sim, action, version, params, code, status):
    answer = awsraw.call(sim, action, version=version, params=params)
    assert (answer.code, answer.status) == (code, status)
    assert answer.xml.tag == "Response" and answer.xml.findtext("RequestID")


def test_an_error_is_xml_even_where_it_quotes(sim):
    answer = awsraw.call(sim, "<&>\"'")
    assert answer.code == "InvalidAction" and "<&>\"'" in answer.xml.findtext("Errors/Error/Message")


# ---- totals -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "af-south-1"])
def test_truth_is_what_boto3_adds_up(sim, region):
    ec2 = include_managed(client(sim, region=region))
    seen = totals(volumes(ec2), instances(ec2))
    truth = region_truth(sim, region)
    assert {k: truth[k] for k in seen} == seen
    assert all(seen[k] > 0 for k in seen), "the fleet misses a kind"
    assert truth["billed_gib"] == (truth["instance_sum_gib"] + truth["unknown_instance_gib"] -
                                   truth["multi_attach_extra_gib"] + truth["unattached_gib"] + truth["managed_gib"])


def test_truth_breaks_down_by_zone_type_state_and_holder(sim):
    ec2 = include_managed(client(sim))
    groups = {}
    for v in volumes(ec2):
        group = groups.setdefault((v["AvailabilityZone"], v["VolumeType"], v["State"]), [0, 0, 0, 0])
        for n, value in enumerate([1, v["Size"], v.get("Iops", 0), v.get("Throughput", 0)]):
            group[n] += value
    summed = {}
    for t in region_truth(sim)["types"]:
        group = summed.setdefault((t["zone"], t["type"], t["state"]), [0, 0, 0, 0])
        for n, name in enumerate(["volumes", "gib", "iops", "throughput"]):
            group[n] += t[name]
    assert groups == summed


def test_truth_without_serving_is_the_same(sim):
    assert ebsim.truth(**FLEET) == sim.truth()


def test_totals_are_the_sum_of_the_regions(sim):
    truth = sim.truth()
    for name, value in truth["totals"].items():
        assert value == sum(r[name] for r in truth["regions"])


def test_accounts_and_seeds_have_fleets_of_their_own(ec2sim):
    other = dict(key="AKIASIM0999999999999", secret="secret-of-AKIASIM0999999999999")
    a, b = ec2sim(regions=REGION), ec2sim(regions=REGION, seed=2)
    fleets = [volumes(client(a)), volumes(client(a, **other)), volumes(client(b))]
    assert all(len(fleet) == 40 for fleet in fleets)
    assert len({v["VolumeId"] for fleet in fleets for v in fleet}) == 120
    assert volumes(client(ec2sim(regions=f"us-west-1,{REGION}"))) == fleets[0]


def test_the_demo_fleet_differs_by_region():
    truth = ebsim.truth(fleet="demo")
    assert len(truth["regions"]) == 17
    assert len({r["instances"] for r in truth["regions"]}) == 17
    assert all(truth["totals"][k] > 0 for k in truth["totals"])


def test_a_fleet_file(ec2sim, tmp_path):
    fleet = {"regions": {
        "eu-west-1": {
            "instances": [{"id": "i-0aaaaaaaaaaaaaaaa", "zone": "eu-west-1b", "tags": {"Name": "Zürich <1> & \"2\""}},
                          {"id": "i-0bbbbbbbbbbbbbbbb", "reservation": "r-0cccccccccccccccc"},
                          {"id": "i-0dddddddddddddddd", "reservation": "r-0cccccccccccccccc", "state": "terminated"},
                          {"id": "i-1a2b3c4d", "state": "stopped", "managed": True, "hidden": True}],
            "volumes": [{"id": "vol-0aaaaaaaaaaaaaaaa", "size": 8, "created": "2020-02-29T00:00:00Z",
                         "attachments": [{"instance": "i-0aaaaaaaaaaaaaaaa", "device": "/dev/xvda"}]},
                        {"id": "vol-0bbbbbbbbbbbbbbbb", "size": 100, "type": "io2", "iops": 5000, "multi_attach": True,
                         "attachments": [{"instance": "i-0aaaaaaaaaaaaaaaa"}, {"instance": "i-0bbbbbbbbbbbbbbbb"},
                                         {"instance": "i-0eeeeeeeeeeeeeeee"}]},
                        {"id": "vol-1a2b3c4d", "size": 3, "type": "future1", "attachments": [
                            {"instance": "i-0dddddddddddddddd", "status": "detaching"}]},
                        {"id": "vol-0cccccccccccccccc", "size": 20, "attachments": [
                            {"instance": "i-0aaaaaaaaaaaaaaaa", "status": "detached"}]},
                        {"id": "vol-0dddddddddddddddd", "size": 500, "managed": True, "attachments": [
                            {"service": "workspaces.amazonaws.com", "resource": "arn:aws:workspaces:eu-west-1::ws-1"}]},
                        {"id": "vol-0eeeeeeeeeeeeeeee", "size": 7, "state": "creating"}]},
        "test-region-1": {}}}
    path = tmp_path / "fleet.json"
    path.write_text(json.dumps(fleet))
    sim = ec2sim(fleet_file=path)
    ec2 = client(sim)
    truth = region_truth(sim)
    assert (truth["instances"], truth["terminated_instances"]) == (3, 1)
    assert (truth["instance_sum_gib"], truth["attached_gib"], truth["multi_attach_extra_gib"]) == (208, 111, 100)
    assert (truth["unknown_instance_volumes"], truth["unknown_instance_gib"]) == (1, 3)
    assert (truth["unattached_volumes"], truth["unattached_gib"], truth["managed_gib"]) == (2, 27, 500)
    seen = totals(volumes(ec2), instances(include_managed(ec2)))
    assert {k: truth[k] for k in seen} == seen
    first = ec2.describe_instances(InstanceIds=["i-0aaaaaaaaaaaaaaaa"])["Reservations"][0]["Instances"][0]
    assert first["Tags"] == [{"Key": "Name", "Value": "Zürich <1> & \"2\""}]
    assert first["Placement"]["AvailabilityZone"] == "eu-west-1b"
    assert sorted(r["RegionName"] for r in ec2.describe_regions()["Regions"]) == ["eu-west-1", "test-region-1"]
    managed = ec2.describe_volumes(VolumeIds=["vol-0dddddddddddddddd"])["Volumes"][0]["Attachments"][0]
    assert "InstanceId" not in managed and "Device" not in managed


@pytest.mark.parametrize("text, complaint", [
    ("{", "fleet.json:1:"),
    ('{"regions": {"eu-west-1": {"volumes": [{"id": "vol-1", "size": 1}]}}}', "'vol-1' is no id"),
    ('{"regions": {"eu-west-1": {"volumes": [{"id": "vol-12345678"}]}}}', "needs a 'size'"),
    ('{"regions": {"eu-west-1": {"volumes": [{"id": "vol-12345678", "size": 1, "colour": 1}]}}}', "no 'colour'"),
    ('{"regions": {"eu-west-1": {"instances": [{"id": "i-12345678"}, {"id": "i-12345678"}]}}}', "one id"),
    ('{"fleets": {}}', "no 'fleets'"),
])
def test_a_bad_fleet_file_is_named(tmp_path, text, complaint):
    path = tmp_path / "fleet.json"
    path.write_text(text)
    done = subprocess.run([ebsim.ec2sim_path(), "--truth", f"--fleet-file={path}"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and done.stdout == ""
    assert complaint in done.stderr and "fleet.json" in done.stderr and done.stderr.count("\n") == 1


# ---- managed resources ------------------------------------------------------------------------------------------

def test_hidden_resources_show_only_when_asked_for(sim):
    shown, everything = volumes(client(sim)), volumes(include_managed(client(sim)))
    hidden = {v["VolumeId"] for v in everything} - {v["VolumeId"] for v in shown}
    assert len(hidden) == 2 + 3 * 3
    assert len(instances(include_managed(client(sim)))) - len(instances(client(sim))) == 3
    for item in awsraw.items(sim, "DescribeVolumes", "volumeSet/item", REGION, IncludeManagedResources="true"):
        find = lambda path: item.findtext("/".join(awsraw.NAMESPACE + part for part in path.split("/")))
        assert (find("volumeId") in hidden) == (find("operator/hiddenByDefault") == "true")
        if find("operator/managed") == "true":
            assert find("operator/principal")
            no_instance = find("attachmentSet/item/instanceId") is None
            assert no_instance == (find("attachmentSet/item/associatedResource") is not None)


def test_an_old_endpoint_rejects_the_parameter_and_hides_nothing(ec2sim):
    sim = ec2sim(reject_managed_parameter=True, **FLEET)
    assert refused(include_managed(client(sim)).describe_volumes) == ("UnknownParameter", 400)
    assert refused(include_managed(client(sim)).describe_instances) == ("UnknownParameter", 400)
    assert len(volumes(client(sim))) == region_truth(sim)["volumes"]


# ---- churn ------------------------------------------------------------------------------------------------------

def test_a_tick_changes_volumes_and_the_truth_follows(ec2sim):
    sim, twin = (ec2sim(churn=10, **FLEET) for _ in range(2))
    ec2 = include_managed(client(sim))
    before = {v["VolumeId"]: v for v in volumes(ec2)}
    for _ in range(5):
        sim.tick()
    after = {v["VolumeId"]: v for v in volumes(ec2)}
    assert before.keys() - after.keys() and after.keys() - before.keys()
    changed = [(before[i], after[i]) for i in before.keys() & after.keys() if before[i] != after[i]]
    assert any(a["Size"] < b["Size"] for a, b in changed)
    assert any(a["VolumeType"] != b["VolumeType"] for a, b in changed)
    seen, truth = totals(list(after.values()), instances(ec2)), region_truth(sim)
    assert {k: truth[k] for k in seen} == seen
    for _ in range(5):
        twin.tick()
    assert twin.truth() == sim.truth()


def test_volumes_change_hands_between_two_calls(ec2sim):
    sim = ec2sim(churn=50, tick_every=2, **FLEET)
    ec2 = client(sim)
    first, second, third = (ec2.describe_volumes()["Volumes"] for _ in range(3))
    holders = lambda found: {v["VolumeId"]: [a.get("InstanceId") for a in v["Attachments"]] for v in found}
    assert first != second and second == third
    moved = [i for i, held in holders(first).items() if held and holders(second).get(i) not in (None, [], held)]
    assert moved


def test_a_token_outlives_churn(ec2sim):
    sim = ec2sim(regions=REGION, instances=0, unattached=100, churn=5)
    ec2 = client(sim)
    page = ec2.describe_volumes(MaxResults=50)
    kept = {v["VolumeId"] for v in volumes(ec2)}
    sim.tick()
    kept &= {v["VolumeId"] for v in volumes(ec2)}
    rest = ec2.describe_volumes(NextToken=page["NextToken"])
    seen = [v["VolumeId"] for v in page["Volumes"] + rest["Volumes"]]
    assert len(seen) == len(set(seen)) and kept <= set(seen)
