# SPDX-License-Identifier: MIT
"""Answers that EC2 may give and that a simulated fleet does not: things that change from one call to the next, and XML
in another order."""
import pytest

import ebsreportd
import expected
from canned_ec2 import CannedEc2, element, instance, instances, response, volume, volumes

ONE, TWO = "i-00000000000000001", "i-00000000000000002"


def run(answer, *args, db=None, calls=None):
    """The totals of a run in one region with these answers."""
    with CannedEc2(answer) as ec2:
        report = ebsreportd.run(None, "--region=us-east-1", *args, env=ec2.environment(), db=db, check=0).json
    if calls is not None:
        calls.extend(ec2.calls)
    expected.check_sums(report["totals"])
    expected.check_types(report["regions"][0])
    return report["totals"]


@pytest.mark.parametrize("mode, workers", [("sequential", 1), ("parallel", 1), ("parallel", 8)])
def test_a_volume_that_changes_hands_between_two_calls_counts_once(mode, workers):
    """Each instance's own call shows the volume on that instance."""
    def answer(call):
        if call["Action"] == "DescribeInstances":
            return instances(instance(ONE), instance(TWO))
        return volumes(volume("vol-0a", 500, call["instance"]),
                       volume("vol-1" + call["instance"][-1], 8, call["instance"]))
    got = run(answer, f"--mode={mode}", f"--workers={workers}")
    assert (got["instance_sum_gib"], got["attached_gib"], got["attached_volumes"]) == (516, 516, 3)
    assert got["multi_attach_extra_gib"] == 0


def test_a_shared_volume_counts_for_each(tmp_path):
    def answer(call):
        if call["Action"] == "DescribeInstances":
            return instances(instance(ONE), instance(TWO))
        return volumes(volume("vol-0a", 500, ONE, TWO))
    got = run(answer, "--mode=parallel")
    assert (got["instance_sum_gib"], got["attached_gib"], got["attached_volumes"]) == (1000, 500, 1)
    assert got["multi_attach_extra_gib"] == 500


def test_a_volume_that_is_detached_between_two_pages():
    """The newer page holds it unattached: it is not both."""
    def answer(call):
        if call["Action"] == "DescribeInstances":
            return instances(instance(ONE))
        if "NextToken" not in call:
            return volumes(volume("vol-0a", 500, ONE), volume("vol-0b", 8, ONE), token="more")
        return volumes(volume("vol-0a", 600))
    got = run(answer)
    assert (got["instance_sum_gib"], got["attached_volumes"]) == (8, 1)
    assert (got["unattached_gib"], got["unattached_volumes"]) == (600, 1)


@pytest.mark.parametrize("mode", ["parallel", "sweep"])
def test_an_instance_that_terminates_between_two_pages(mode):
    def answer(call):
        if call["Action"] == "DescribeVolumes":
            return volumes(volume("vol-0a", 500, ONE), *([] if "instance" in call else [volume("vol-0b", 8, TWO)]))
        if "NextToken" not in call:
            return instances(instance(ONE), instance(TWO, 48), token="more")
        return instances(instance(ONE, 48))
    got = run(answer, f"--mode={mode}")
    assert (got["instances"], got["instance_sum_gib"]) == (0, 0)
    assert (got["attached_gib"], got["unknown_instance_gib"]) == ((508, 508) if mode == "sweep" else (0, None))


def test_codes_of_states_have_a_high_byte_of_amazons_own():
    def answer(call):
        if call["Action"] == "DescribeInstances":
            return instances(instance(ONE, 256 + 16), instance(TWO, 512 + 48))
        return volumes(volume("vol-0a", 500, ONE), volume("vol-0b", 8, TWO))
    got = run(answer)
    assert (got["instances"], got["instance_sum_gib"], got["unknown_instance_gib"]) == (1, 500, 8)


def test_elements_in_another_order_and_unknown_ones():
    strange = '<novelty a="b"><item><volumeId>vol-0f</volumeId><size>9</size></item><nextToken>x</nextToken></novelty>'

    def answer(call):
        if call["Action"] == "DescribeInstances":
            item = element("item", strange + element("instanceState", element("name", "running") + element("code", 16))
                           + element("instanceId", ONE))
            reservation = element("item", element("instancesSet", item) + element("ownerId", "123456789012"))
            return response("DescribeInstances", element("reservationSet", reservation), strange)
        if "NextToken" in call:
            return '<?xml version="1.0"?>\n<!-- a comment -->\n' + volumes(volume("vol-0b", 8, ONE))
        attachment = element("item", strange + element("status", "attached") + element("instanceId", ONE))
        item = element("item", element("attachmentSet", attachment) + strange + element("status", "in-use")
                       + element("size", "<!-- -->500") + element("volumeType", "g<![CDATA[p]]>3")
                       + element("volumeId", "vol-&#48;a"))
        return response("DescribeVolumes", element("nextToken", "a&amp;b+c/d=="), strange,
                        element("volumeSet", strange.join(["", item])))
    calls = []
    got = run(answer, calls=calls)
    assert (got["instance_sum_gib"], got["attached_volumes"]) == (508, 2)
    assert [c["NextToken"] for c in calls if "NextToken" in c] == ["a&b+c/d=="]


@pytest.mark.parametrize("odd_id, cut", [("vol-0abc", True), ("vol-gone", False), ("vol-0ABC", False),
                                         ("volume-1", False)])
def test_a_listing_is_cut_only_where_all_ids_can_be_matched(tmp_path, odd_id, cut):
    """The second sweep of a large region asks for ids by their first digits, unless one would be missed."""
    items = [volume(f"vol-{n:08x}", 2) for n in range(8000)] + [volume(odd_id, 100)]

    def answer(call):
        if call["Action"] == "DescribeInstances":
            return instances()
        if "Filter.1.Name" not in call:
            return volumes(*items)
        assert call["Filter.1.Name"] == "volume-id"
        return volumes(*items[:1])  # whatever
    first, second = [], []
    assert run(answer, db=tmp_path / "history.db", calls=first)["unattached_gib"] == 16100
    run(answer, db=tmp_path / "history.db", calls=second)
    filters = [{v for k, v in c.items() if k.startswith("Filter.1.Value.")} for c in second if "Filter.1.Name" in c]
    assert len(first) == 2 and len(filters) == (16 if cut else 0)
    if cut:
        assert sorted(sorted(f) for f in filters) == sorted(
            [f"vol-0{k:x}*"] + ([f"vol-{k:x}*"] if k else []) for k in range(16))
