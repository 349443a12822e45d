# SPDX-License-Identifier: MIT
"""ec2sim goes wrong as it is told to, keeps time, and serves many at once."""
import collections
import concurrent.futures
import http.client
import socket
import ssl
import subprocess
import time
import xml.etree.ElementTree as ElementTree

import boto3
import pytest
from botocore.config import Config

import awsraw
import ebsim
from awsclient import REGION, client, refused, volumes

FLEET = dict(regions=f"{REGION},us-east-1", instances=10)


def describe(sim, region=REGION, **params):
    return awsraw.call(sim, "DescribeVolumes", region, **params)


# ---- instead of the answer --------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind, code, status", [
    ("throttle", "RequestLimitExceeded", 503),
    ("expired-credentials", "RequestExpired", 400),
    ("error=UnauthorizedOperation", "UnauthorizedOperation", 403),
    ("error=InternalError", "InternalError", 500),
    ("error=InvalidPaginationToken", "InvalidPaginationToken", 400),
    ("error=Strange,status=418", "Strange", 418),
])
def test_errors(ec2sim, kind, code, status):
    sim = ec2sim(fault=f"kind={kind},count=1", **FLEET)
    assert refused(client(sim).describe_volumes) == (code, status)
    assert len(volumes(client(sim))) == 20
    assert sim.stats()["by_code"] == {code: 1}
    assert [call.get("fault") for call in sim.log()] == [kind.partition("=")[0], None]


def test_an_error_of_sts(ec2sim):
    sim = ec2sim(fault=["action=GetCallerIdentity,kind=expired-credentials,count=1",
                        "action=GetCallerIdentity,kind=error=AccessDenied"])
    sts = client(sim, "sts")
    assert refused(sts.get_caller_identity) == ("ExpiredToken", 403)
    assert refused(sts.get_caller_identity) == ("AccessDenied", 403)


def test_unavailable_html(ec2sim):
    answer = describe(ec2sim(fault="kind=unavailable-html", **FLEET))
    assert answer.status == 503 and answer.headers["Content-Type"] == "text/html" and b"<html>" in answer.body


def test_redirect(ec2sim):
    answer = describe(ec2sim(fault="kind=redirect", **FLEET))
    assert answer.status == 302 and answer.headers["Location"].startswith("http://")


def test_boto3_retries_what_is_to_be_retried(ec2sim):
    sim = ec2sim(fault="kind=throttle,count=2", **FLEET)
    ec2 = client(sim, retries={"mode": "standard", "max_attempts": 3})
    assert len(ec2.describe_volumes()["Volumes"]) == 20
    assert [call["status"] for call in sim.log()] == [503, 503, 200]


# ---- which call -------------------------------------------------------------------------------------------------

def test_faults_strike_where_they_should(ec2sim):
    sim = ec2sim(fault=[f"region={REGION},action=DescribeVolumes,kind=throttle,skip=1,count=2",
                        "account=222222222222,kind=error=AuthFailure"], **FLEET)
    there = [describe(sim).status for _ in range(5)]
    assert there == [200, 503, 503, 200, 200]
    assert describe(sim, "us-east-1").status == 200
    assert awsraw.call(sim, "DescribeInstances", REGION).status == 200
    other = "AKIASIM0222222222222"
    assert describe(sim, key=other, secret="secret-of-" + other).status == 401


def test_probability_is_seeded(ec2sim):
    statuses = []
    for seed in 1, 1, 2:
        sim = ec2sim(fault="kind=throttle,probability=0.3", seed=seed, **FLEET)
        statuses.append([describe(sim).status for _ in range(100)])
    assert statuses[0] == statuses[1] != statuses[2]
    assert 15 < statuses[0].count(503) < 45


@pytest.mark.parametrize("spec", [
    "", "kind=explode", "throttle", "kind=throttle,count=many", "kind=throttle,colour=red",
    "kind=throttle,probability=2", "kind=error", "region=eu-west-1", "kind=drip,rate=0"])
def test_a_bad_fault_is_refused(spec):
    done = subprocess.run([ebsim.ec2sim_path(), "--fault", spec], stderr=subprocess.PIPE, text=True, timeout=30)
    assert done.returncode != 0 and f"--fault '{spec}'" in done.stderr


# ---- to the page ------------------------------------------------------------------------------------------------

def pages(sim, size=6, limit=20, action="DescribeVolumes"):
    """The ids of each page and the tokens, until no token comes or limit is reached."""
    found, tokens = [], []
    while len(found) < limit:
        answer = awsraw.call(sim, action, REGION, MaxResults=size, NextToken=tokens[-1] if tokens else None)
        assert answer.status == 200, answer.body
        found.append(answer.texts("volumeSet/item/volumeId"))
        token = answer.xml.findtext(awsraw.NAMESPACE + "nextToken")
        if not token:
            break
        tokens.append(token)
    return found, tokens


def test_empty_pages_with_a_token(ec2sim):
    sim = ec2sim(fault="kind=empty-page,skip=1,count=2", **FLEET)
    found, tokens = pages(sim)
    assert [len(page) for page in found] == [6, 0, 0, 6, 6, 2] and len(set(tokens)) == len(tokens)


def test_short_pages(ec2sim):
    found, tokens = pages(ec2sim(fault="kind=short-page", **FLEET))
    assert len(found) > 4 and len({i for page in found for i in page}) == 20 == sum(map(len, found))


def test_a_token_after_the_last_page(ec2sim):
    found, tokens = pages(ec2sim(fault="kind=last-token", **FLEET))
    assert [len(page) for page in found] == [6, 6, 6, 2, 0]


def test_a_repeated_token(ec2sim):
    found, tokens = pages(ec2sim(fault="kind=repeat-token", **FLEET))
    assert len(found) == 20 and len(set(tokens)) == 1


def test_an_item_on_two_pages(ec2sim):
    found, tokens = pages(ec2sim(fault="kind=duplicate,count=1", **FLEET))
    counts = collections.Counter(i for page in found for i in page)
    assert len(counts) == 20 and sorted(counts.values())[-2:] == [1, 2]


# ---- to the bytes -----------------------------------------------------------------------------------------------

def test_truncated_xml_with_a_correct_end(ec2sim):
    answer = describe(ec2sim(fault="kind=truncate", **FLEET))
    assert answer.status == 200 and b"<volumeSet>" in answer.body
    with pytest.raises(ElementTree.ParseError):
        answer.xml


def test_a_reset_within_the_body(ec2sim):
    sim = ec2sim(fault="kind=reset", **FLEET)
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        describe(sim)


def test_a_drip(ec2sim):
    sim = ec2sim(fault="kind=drip,rate=2000,action=DescribeRegions", **FLEET)
    begin = time.monotonic()
    answer = awsraw.call(sim, "DescribeRegions")
    expected = len(answer.body) / 2000
    assert answer.code is None and answer.xml is not None
    assert time.monotonic() - begin > expected * 0.8


def open_request(sim, body=b"Action=DescribeVolumes&Version=2016-11-15"):
    """Sends a call and leaves the answer unread."""
    connection = http.client.HTTPConnection("127.0.0.1", sim.port, timeout=60)
    connection.request("POST", "/", body, awsraw.sign(sim, body, REGION))
    return connection


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def test_a_hang_ends_with_its_client(ec2sim):
    sim = ec2sim(fault="kind=hang", **FLEET)
    connection = open_request(sim)
    wait_until(lambda: sim.stats()["concurrent"] == 1)
    connection.sock.settimeout(0.2)
    with pytest.raises(socket.timeout):
        connection.getresponse()
    connection.close()
    wait_until(lambda: sim.stats()["concurrent"] == 0)


def test_an_endless_body(ec2sim):
    connection = open_request(ec2sim(fault="kind=huge", **FLEET))
    response = connection.getresponse()
    assert response.status == 200 and len(response.read(20_000_000)) == 20_000_000
    connection.close()


@pytest.mark.parametrize("kind, check", [
    ("bomb", lambda body: b"<!ENTITY" in body and b"&e10;" in body and len(body) < 2000),
    ("deep", lambda body: body.count(b"<item>") == 100000),
    ("longtext", lambda body: len(body) > 32 << 20),
    ("garbage", lambda body: len(body) == 4096 and len(set(body)) > 200),
])
def test_hostile_bodies(ec2sim, kind, check):
    answer = describe(ec2sim(fault=f"kind={kind}", **FLEET))
    assert answer.status == 200 and check(answer.body)


# ---- buckets and time -------------------------------------------------------------------------------------------

def test_the_bucket(ec2sim):
    sim = ec2sim(bucket="10/0", **FLEET)
    taken = lambda count, action="DescribeVolumes", region=REGION, **params: [
        awsraw.call(sim, action, region, **params).status for _ in range(count)].count(200)
    assert taken(12, MaxResults=5) == 10
    assert taken(12, region="us-east-1", MaxResults=5) == 10
    assert taken(12, action="DescribeInstances", MaxResults=5) == 10
    assert taken(8) == 5, "unpaged and unfiltered calls have a smaller bucket"
    assert describe(sim, MaxResults=5).code == "RequestLimitExceeded"
    other = "AKIASIM0222222222222"
    assert describe(sim, MaxResults=5, key=other, secret="secret-of-" + other).status == 200


def test_the_bucket_fills_again(ec2sim):
    sim = ec2sim(bucket="2/50", **FLEET)
    statuses = [describe(sim, MaxResults=5).status for _ in range(2)]
    assert statuses == [200, 200]
    begin, served = time.monotonic(), 0
    while served < 20:
        served += describe(sim, MaxResults=5).status == 200
    assert time.monotonic() - begin >= 17 / 50, "two are left over at most, the rest must have come in meanwhile"


def test_latency_and_jitter(ec2sim):
    sim = ec2sim(latency_ms=50, jitter_ms=40, **FLEET)
    for _ in range(12):
        describe(sim)
    durations = [call["duration_ms"] for call in sim.log()]
    assert min(durations) >= 50 and max(durations) - min(durations) > 10


# ---- transport --------------------------------------------------------------------------------------------------

def test_256_calls_at_once(ec2sim):
    sim = ec2sim(fault=f"region={REGION},kind=hang", **FLEET)
    connections = [open_request(sim) for _ in range(256)]
    wait_until(lambda: sim.stats()["concurrent"] == 256)
    assert describe(sim, "us-east-1").status == 200, "and one more"
    stats = sim.stats()
    assert stats["peak_concurrent"] == 257 and stats["open_connections"] >= 256
    for connection in connections:
        connection.close()


def test_connections_are_kept(ec2sim):
    sim = ec2sim(**FLEET)
    ec2 = client(sim)
    for _ in range(20):
        ec2.describe_regions()
    stats = sim.stats()
    assert stats["calls"] == 20 and stats["connections"] == 2, "one of boto3, one of stats itself"


def test_threads_get_their_own_answers(ec2sim):
    sim = ec2sim(jitter_ms=5, volumes_per_instance=3, regions=REGION, instances=40)
    ec2 = client(sim, max_pool_connections=16)
    everything = volumes(ec2)
    expected = collections.defaultdict(list)
    for volume in everything:
        expected[volume["Attachments"][0]["InstanceId"]].append(volume)

    def ask(instance):
        filters = [{"Name": "attachment.instance-id", "Values": [instance]}]
        return instance, ec2.describe_volumes(Filters=filters)["Volumes"]

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for instance, found in pool.map(ask, list(expected) * 5):
            assert found == expected[instance]


def test_tls(ec2sim, certificate):
    sim = ec2sim(**certificate, **FLEET)
    assert sim.url.startswith("https://127.0.0.1:")
    ec2 = boto3.client("ec2", region_name=REGION, endpoint_url=sim.url, verify=str(certificate["tls_cert"]),
                       aws_access_key_id=ebsim.ACCESS_KEY, aws_secret_access_key=ebsim.SECRET,
                       config=Config(retries={"max_attempts": 0}))
    assert sum(v["Size"] for v in volumes(ec2)) == sim.truth()["regions"][0]["attached_gib"]
    context = ssl.create_default_context(cafile=certificate["tls_cert"])
    with socket.create_connection(("127.0.0.1", sim.port)) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as tls:
            assert tls.version() == "TLSv1.3"


def test_a_bad_certificate_is_named(certificate, tmp_path):
    key = certificate["tls_key"]
    for cert, complaint in [(tmp_path / "none.pem", "none.pem: cannot read"), (key, "certificate and key")]:
        done = subprocess.run([ebsim.ec2sim_path(), f"--tls-cert={cert}", f"--tls-key={key}"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
        assert done.returncode == 1 and complaint in done.stderr and done.stdout == ""


def test_a_taken_port_is_named(ec2sim):
    sim = ec2sim(**FLEET)
    done = subprocess.run([ebsim.ec2sim_path(), f"--port={sim.port}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=30)
    assert done.returncode == 1 and f"127.0.0.1:{sim.port}" in done.stderr and done.stdout == ""


@pytest.mark.parametrize("options", [
    {"latency_ms": 60000}, {"fault": "kind=hang"}, {"fault": "kind=huge"}, {"fault": "kind=drip,rate=1"}, {}])
def test_it_ends_promptly_whatever_it_is_doing(options):
    sim = ebsim.Ec2sim(**FLEET, **options)
    connections = [open_request(sim) for _ in range(20)]
    wait_until(lambda: sim.stats()["connections"] >= 20)
    begin = time.monotonic()
    sim.stop()
    assert time.monotonic() - begin < 10
    for connection in connections:
        connection.close()


def test_a_body_that_is_too_large(ec2sim):
    sim = ec2sim(**FLEET)
    connection = http.client.HTTPConnection("127.0.0.1", sim.port, timeout=60)
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", str(3 << 20))
    connection.endheaders()
    try:
        connection.send(b"x" * (3 << 20))
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        assert connection.getresponse().status == 413
    except ConnectionResetError:
        pass
    assert describe(sim).status == 200


@pytest.mark.parametrize("raw", [
    b"GET\r\n\r\n", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", b"POST / HTTP/1.1\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])
def test_broken_requests_do_no_harm(ec2sim, raw):
    sim = ec2sim(**FLEET)
    with socket.create_connection(("127.0.0.1", sim.port), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    assert describe(sim).status == 200


# ---- log --------------------------------------------------------------------------------------------------------

def test_the_log_tells_each_call(ec2sim):
    sim = ec2sim(**FLEET)
    ec2 = client(sim)
    page = ec2.describe_volumes(MaxResults=5)
    ec2.describe_volumes(MaxResults=5, NextToken=page["NextToken"])
    instance = page["Volumes"][0]["Attachments"][0]["InstanceId"]
    ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])
    refused(ec2.describe_volumes, MaxResults=1)
    first, second, third, fourth = sim.log()
    for line in first, second, third, fourth:
        assert line["service"] == "ec2" and line["action"] == "DescribeVolumes" and line["region"] == REGION
        assert line["account"] == ebsim.ACCOUNT and line["duration_ms"] > 0 and line["request_id"]
    assert (first["MaxResults"], first["items"], first["status"]) == ("5", 5, 200)
    assert second["NextToken"] == page["NextToken"]
    assert third["filters"] == {"attachment.instance-id": [instance]} and third["items"] == 2
    assert (fourth["status"], fourth["code"], fourth["items"]) == (400, "InvalidParameterValue", 0)
    stats = sim.stats()
    assert stats["by_action"] == {"DescribeVolumes": 4} and stats["by_region"] == {REGION: 4}
    assert stats["by_status"] == {"200": 3, "400": 1} and stats["by_code"] == {"InvalidParameterValue": 1}
    sim.stop()
    assert len(sim.log()) == 4, "the log can still be read"


def test_a_large_fleet(ec2sim):
    sim = ec2sim(regions=REGION, instances=40000, volumes_per_instance=3, unattached=5000, multi_attach=100)
    pattern = {"Filter.1.Name": "volume-id", "Filter.1.Value.1": "vol-07*"}
    chain = awsraw.items(sim, "DescribeVolumes", "volumeSet/item", REGION, MaxResults=1000, params=pattern)
    truth = sim.truth()["totals"]
    assert truth["volumes"] == 125100 and truth["instances"] == 40000
    assert len(chain) == pytest.approx(truth["volumes"] / 16, rel=0.05)
    assert [call["items"] for call in sim.log()][:-1] == [500] * (len(chain) // 500)


def test_usage():
    run = lambda *args: subprocess.run([ebsim.ec2sim_path(), *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       text=True, timeout=30)
    shown = run("--help")
    assert shown.returncode == 0 and "--fault=SPEC" in shown.stdout and "secret-of-" in shown.stdout
    for bad in ("--port=x", "--instances=-1", "--bucket=5", "--key=x", "--now=noon", "--account=1", "--fleet=big",
                "--tls-cert=x", "x"):
        done = run(bad)
        assert done.returncode != 0 and done.stdout == "" and done.stderr.startswith("ec2sim: "), bad
        assert bad.lstrip("-").partition("=")[0] in done.stderr
