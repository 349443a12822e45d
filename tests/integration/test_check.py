# SPDX-License-Identifier: MIT
"""ebsreportd --check: whether a run would work, what is in its way, and what to do; with little to ask and nothing written.

The exit statuses are those of a run: 1 configuration or credentials, 2 some regions, 3 none, 4 the database.
"""
import contextlib
import datetime
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess

import pytest

import ebsim
import ebsreportd
from authority import Authority
from daemon import Daemon
from nobody import NOBODY, as_root
from processes import wait_until

TWO = "eu-west-1,us-east-1"
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


def snapshot(directory):
    """All that is in a directory, with contents and times; of -shm, where SQLite's readers have their marks, the name."""
    return {str(p): None if p.name.endswith("-shm") else (p.lstat().st_mtime_ns, p.lstat().st_mode,
                                                          p.read_bytes() if p.is_file() else None)
            for p in sorted(directory.rglob("*"))} if directory else None


def check(sim, *args, rc, secrets=(), **how):
    """A check as JSON and as text, which agree; neither shows a secret, and nothing of the database's directory changes."""
    directory = pathlib.Path(how["db"]).parent if how.get("db") and not how.pop("changing", False) else None
    before = snapshot(directory)
    text = ebsreportd.run(sim, *args, text=True, action="--check", check=rc, **how).out
    result = ebsreportd.run(sim, *args, action="--check", check=rc, **how)
    assert snapshot(directory) == before, "it writes nothing"
    report = result.json
    assert report["format_version"] == 1 and report["exit_status"] == rc, result
    for secret in (ebsim.SECRET, "SESSION-TOKEN", *secrets):
        assert secret not in text and secret not in result.out + result.err
    for problem in report["problems"]:
        head = f"{problem['severity'].capitalize()}: {problem['subject']}: "
        assert len([line for line in text.splitlines() if line.startswith(head)]) == 1, "one line each"
    report["text"] = text
    return report


def problems(report, severity="problem"):
    return [p for p in report["problems"] if p["severity"] == severity]


def only_problem(report):
    found = problems(report)
    assert len(found) == 1, found
    return found[0]


def region(report, name):
    return next(r for r in report["regions"] if r["region"] == name)


@pytest.fixture
def history(ec2sim, tmp_path):
    """A database with a run in it, and the ec2sim that it is of."""
    sim = ec2sim(regions=TWO, instances=2)
    path = tmp_path / "history" / "h.db"
    path.parent.mkdir()
    ebsreportd.run(sim, db=path, check=0)
    return sim, path


# ---- all is well ------------------------------------------------------------------------------------------------

def test_all_is_well(ec2sim, tmp_path):
    sim = ec2sim(regions=TWO, instances=20)
    (tmp_path / "empty").mkdir()
    report = check(sim, db=tmp_path / "empty" / "h.db", rc=0)
    assert report["verdict"] == "good" and report["problems"] == []
    assert (report["regions_ok"], report["regions_total"], report["regions_assumed"]) == (2, 2, False)
    assert report["credentials"]["source"] == "environment" and report["credentials"]["expires_at"] is None
    assert report["GetCallerIdentity"]["account"] == ebsim.ACCOUNT
    assert report["GetCallerIdentity"]["arn"] == f"arn:aws:iam::{ebsim.ACCOUNT}:user/ec2sim"
    assert report["DescribeRegions"]["enabled"] == 2 and "af-south-1" in report["DescribeRegions"]["not_enabled"]
    assert abs(report["clock_offset_s"]) <= 1
    for name in TWO.split(","):
        entry = region(report, name)
        assert entry["status"] == entry["DescribeInstances"]["status"] == entry["DescribeVolumes"]["status"] == "ok"
        assert 0 < entry["connect_ms"] <= entry["answer_ms"] and entry["tls_ms"] is None
        assert entry["account"] == ebsim.ACCOUNT
    database = report["database"]
    assert database["status"] == "ok" and database["exists"] is False and database["free_bytes"] > 0
    assert "A run would work in all 2 regions." in report["text"] and ebsim.ACCOUNT in report["text"]


def test_it_asks_for_little(ec2sim):
    sim = ec2sim(regions=TWO, instances=20)
    ebsreportd.run(sim, action="--check", check=0)
    calls = [(call["action"], call["region"]) for call in sim.log()]
    assert sorted(calls) == sorted([("GetCallerIdentity", "us-east-1"), ("DescribeRegions", "us-east-1")] + [
        (action, name) for action in ("DescribeInstances", "DescribeVolumes") for name in TWO.split(",")])
    assert {call["items"] for call in sim.log() if call["action"] in ("DescribeInstances", "DescribeVolumes")} == {5}


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_strace_the_parent_is_not_on_the_network(ec2sim, tmp_path):
    sim = ec2sim(regions=TWO)
    ebsreportd.run(sim, action="--check", check=0, db=tmp_path / "h.db",
                   prefix=["strace", "-f", "-qq", "-o", tmp_path / "trace", "-e", "trace=connect,execve"])
    lines = [line.split(None, 1) for line in (tmp_path / "trace").read_text().splitlines()]
    parent = lines[0][0]
    inet = {pid for pid, text in lines if text.startswith("connect(") and "AF_INET" in text}
    assert inet and parent not in inet


def test_files(ec2sim, tmp_path):
    sim = ec2sim(regions="us-east-1")
    config, prices = tmp_path / "own.conf", tmp_path / "prices.csv"
    prices.write_text("region,volume_type,dimension,price,currency,as_of\n"
                      "us-east-1,gp3,gib_month,0.08,USD,2025-02-03\nus-east-1,gp2,gib_month,0.1,USD,2025-06-07\n")
    config.write_text(f"prices = {prices}\nmetrics_file = {tmp_path}/m.prom\n")
    report = check(sim, f"--config={config}", db=tmp_path / "none" / "h.db", rc=4)
    files = {f["what"]: f for f in report["files"]}
    assert files["configuration"]["path"] == str(config)
    assert files["price list"]["path"] == str(prices)
    assert (files["price list"]["prices_oldest"], files["price list"]["prices_newest"]) == ("2025-02-03", "2025-06-07")
    assert "prices of 2025-02-03 to 2025-06-07" in report["text"]
    assert files["metrics file"]["status"] == files["configuration"]["status"] == "ok"
    assert {f["status"] for f in report["files"]} <= {"ok", None}
    assert "does not exist" in only_problem(report)["message"]
    # --no-store: neither is looked at.
    assert check(sim, rc=0)["database"] is None


# ---- regions and permissions ------------------------------------------------------------------------------------

def test_a_permission_that_is_missing_in_one_region(ec2sim):
    sim = ec2sim(regions=TWO, fault="region=eu-west-1,action=DescribeVolumes,kind=error=UnauthorizedOperation")
    report = check(sim, rc=2)
    broken = region(report, "eu-west-1")
    assert (broken["DescribeInstances"]["status"], broken["DescribeVolumes"]["status"]) == ("ok", "failed")
    assert broken["DescribeVolumes"]["error"]["code"] == "UnauthorizedOperation" and broken["status"] == "failed"
    problem = only_problem(report)
    assert problem["subject"] == "eu-west-1 ec2:DescribeVolumes"
    assert "allow ec2:DescribeVolumes there" in problem["remedy"] and "DescribeInstances" not in problem["remedy"]
    assert "A run would work in 1 of 2 regions." in report["text"]


def test_permissions_that_are_missing_everywhere(ec2sim):
    sim = ec2sim(regions=TWO, fault=["action=DescribeVolumes,kind=error=UnauthorizedOperation",
                                     "action=DescribeInstances,kind=error=UnauthorizedOperation"])
    report = check(sim, rc=3)
    assert [p["subject"] for p in problems(report)] == [
        f"{name} ec2:DescribeInstances and DescribeVolumes" for name in TWO.split(",")], "one reason, one line"
    remedy = "allow ec2:DescribeInstances and DescribeVolumes there, or add the region to exclude_regions"
    assert report["text"].count("emedy") == report["text"].count(f"\nRemedy for these 2: {remedy}\n") == 1
    assert [p["remedy"] for p in problems(report)] == [remedy] * 2


def test_regions_that_may_not_be_listed(ec2sim, history):
    sim = ec2sim(regions=TWO, fault="action=DescribeRegions,kind=error=UnauthorizedOperation")
    report = check(sim, rc=3)
    problem = only_problem(report)
    assert problem["subject"] == "ec2:DescribeRegions" and "--region" in problem["remedy"]
    assert region(report, "us-east-1")["status"] == "ok", "what else works is told all the same"
    assert "A run would not know which regions to ask." in report["text"]
    # Where they are named it is not needed.
    report = check(sim, "--region=us-east-1", rc=0)
    assert report["DescribeRegions"]["status"] == "failed" and report["DescribeRegions"]["is_needed"] is False
    # A run would take those of the history.
    report = check(sim, db=history[1], rc=2)
    assert report["regions_assumed"] is True and report["regions_ok"] == report["regions_total"] == 2
    assert only_problem(report)["subject"] == "ec2:DescribeRegions"


def test_a_region_that_is_not_enabled(ec2sim):
    sim = ec2sim(regions=TWO)
    report = check(sim, "--region=us-east-1", "--region=af-south-1", rc=2)
    refused = region(report, "af-south-1")
    assert refused["opt_in_status"] == "not-opted-in" and refused["DescribeVolumes"]["error"]["code"] == "OptInRequired"
    problem = only_problem(report)
    assert problem["subject"].startswith("af-south-1 ") and "enable the region" in problem["remedy"]
    assert check(sim, "--region=af-south-1", rc=3)["credentials"]["status"] == "ok"


def test_no_region_is_left(ec2sim, tmp_path):
    config = tmp_path / "c.conf"
    config.write_text("exclude_regions = *\n")
    assert "exclude_regions" in only_problem(check(ec2sim(regions=TWO), f"--config={config}", rc=1))["message"]


def test_a_region_that_does_not_answer(ec2sim, tmp_path):
    sim = ec2sim(regions=TWO, fault=["region=eu-west-1,action=DescribeVolumes,kind=hang",
                                     "region=eu-west-1,action=DescribeInstances,kind=reset"])
    config = tmp_path / "c.conf"
    config.write_text("region_timeout = 1s\nmax_attempts = 1\n")
    report = check(sim, f"--config={config}", rc=2)
    broken = region(report, "eu-west-1")
    assert broken["DescribeInstances"]["error"]["kind"] in ("network", "protocol")
    assert broken["DescribeVolumes"]["error"]["kind"] == "deadline"
    assert region(report, "us-east-1")["status"] == "ok" and len(problems(report)) == 2


def test_one_failure_of_many_attempts_is_none(ec2sim):
    sim = ec2sim(regions=TWO, fault=["action=DescribeVolumes,kind=unavailable-html,count=1", "kind=throttle,count=1"])
    assert ebsreportd.run(sim, action="--check", check=0).json["problems"] == []


def test_nobody_answers():
    env = ebsim.clean_environment(AWS_ACCESS_KEY_ID=ebsim.ACCESS_KEY, AWS_SECRET_ACCESS_KEY=ebsim.SECRET,
                                  AWS_REGION="us-east-1", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    report = check(None, rc=3, env=env)
    problem = only_problem(report)
    assert problem["subject"] == "ec2:DescribeRegions" and "127.0.0.1:1" in problem["message"]
    assert "network" in problem["remedy"] and report["clock_offset_s"] is None
    assert [p["subject"] for p in problems(report, "warning")] == ["sts:GetCallerIdentity"]


def test_identity_alone_is_no_failure(ec2sim):
    sim = ec2sim(regions=TWO, fault="action=GetCallerIdentity,kind=error=AccessDenied")
    report = check(sim, rc=0)
    assert report["GetCallerIdentity"]["status"] == "failed" and not problems(report)
    assert [p["subject"] for p in problems(report, "warning")] == ["sts:GetCallerIdentity"]


def test_what_a_run_has_to_make_do_with(ec2sim):
    report = check(ec2sim(regions=TWO, reject_managed_parameter=True), rc=0)
    warning, = problems(report, "warning")
    assert warning["subject"] == "run" and "IncludeManagedResources" in warning["message"]


def test_identity_of_a_private_cloud_is_not_asked(ec2sim):
    sim = ec2sim(regions=TWO)
    report = check(sim, rc=0, env={"AWS_ENDPOINT_URL": None, "AWS_ENDPOINT_URL_EC2": sim.url})
    assert report["GetCallerIdentity"]["status"] is None and "not asked" in report["text"]


@pytest.mark.parametrize("skew", [1200, -900, 40])
def test_clock(ec2sim, skew):
    sim = ec2sim(regions=TWO, clock_skew=skew)
    report = check(sim, rc=0)
    assert abs(report["clock_offset_s"] - skew) <= 2 and not problems(report)
    warning, = problems(report, "warning")
    assert warning["subject"] == "clock" and "chronyd" in warning["remedy"]
    assert ("behind" if skew > 0 else "ahead of") in warning["message"]
    assert ("refuses" in warning["message"]) == (abs(skew) >= 300)


# ---- credentials ------------------------------------------------------------------------------------------------

def test_no_keys(ec2sim, tmp_path):
    env = NO_KEYS | {"AWS_SHARED_CREDENTIALS_FILE": tmp_path / "credentials", "AWS_CONFIG_FILE": tmp_path / "config"}
    message = only_problem(check(ec2sim(regions=TWO), rc=1, env=env))["message"]
    tried = ["AWS_ACCESS_KEY_ID is not set", f"no keys in {tmp_path}/credentials", f"{tmp_path}/config",
             "AWS_EC2_METADATA_DISABLED"]
    assert re.search(".*".join(map(re.escape, tried)), message), "in the order that they were tried"


@pytest.mark.parametrize("env, code", [
    ({"AWS_ACCESS_KEY_ID": "AKIDOFNOBODY"}, "InvalidClientTokenId"),
    ({"AWS_SECRET_ACCESS_KEY": "another-secret"}, "SignatureDoesNotMatch")])
@pytest.mark.parametrize("args", [(), ("--region=us-east-1", "--region=eu-west-1")])
def test_bad_keys(ec2sim, env, code, args):
    problem = only_problem(check(ec2sim(regions=TWO), *args, rc=1, env=env, secrets=["another-secret"]))
    assert problem["subject"] == "credentials" and code in problem["message"] and "environment" in problem["remedy"]


def test_keys_that_have_expired(ec2sim):
    sim = ec2sim(regions=TWO, fault="kind=expired-credentials")
    problem = only_problem(check(sim, rc=1))
    assert problem["subject"] == "credentials" and problem["remedy"].startswith("renew ")


def test_a_session_token_is_not_shown(ec2sim):
    assert only_problem(check(ec2sim(regions=TWO), rc=1, env={"AWS_SESSION_TOKEN": "SESSION-TOKEN"}))


def test_keys_that_end_soon(ec2sim):
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=30)
    end = soon.strftime("%Y-%m-%dT%H:%M:%SZ")
    report = check(ec2sim(regions=TWO), rc=0, env={"AWS_CREDENTIAL_EXPIRATION": end})
    assert report["credentials"]["expires_at"] == end and end in report["text"]
    assert [p["subject"] for p in problems(report, "warning")] == ["credentials"]


def test_the_profile_is_named(ec2sim, tmp_path):
    credentials = tmp_path / "credentials"
    credentials.write_text(f"[work]\naws_access_key_id = {ebsim.ACCESS_KEY}\naws_secret_access_key = {ebsim.SECRET}\n")
    env = NO_KEYS | {"AWS_SHARED_CREDENTIALS_FILE": credentials}
    report = check(ec2sim(regions=TWO), "--profile=work", rc=0, env=env)
    assert (report["credentials"]["source"], report["credentials"]["profile"]) == ("shared credentials file", "work")
    assert {f["what"]: f["path"] for f in report["files"]}["AWS credentials"] == str(credentials)


def test_the_instances_role(ec2sim):
    sim = ec2sim(regions=TWO)
    env = NO_KEYS | {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": sim.url}
    report = check(sim, rc=0, env=env)
    assert report["credentials"]["source"] == "instance role" and report["credentials"]["expires_at"]
    assert "assumed-role/ec2sim-role" in report["GetCallerIdentity"]["arn"] and report["problems"] == []


# ---- configuration and TLS --------------------------------------------------------------------------------------

def test_everything_that_is_wrong_at_once(ec2sim, tmp_path):
    """Each of them would be the only thing that a run says."""
    config = tmp_path / "c.conf"
    config.write_text(f"prices = {tmp_path}/none.csv\nmetrics_file = {tmp_path}/none/m.prom\n")
    report = check(ec2sim(regions=TWO), f"--config={config}", db=tmp_path / "no" / "h.db", rc=4,
                   env={"AWS_CA_BUNDLE": tmp_path / "none.pem"})
    assert [p["subject"] for p in problems(report)] == ["price list", "metrics file", "AWS settings", "database"]
    assert report["regions"] == []


def test_a_bad_configuration(ec2sim, tmp_path):
    config = tmp_path / "c.conf"
    config.write_text("workers = 0\n")
    problem = only_problem(check(ec2sim(regions=TWO), f"--config={config}", rc=1))
    assert problem["subject"] == "configuration" and f"{config}:1" in problem["message"]


def test_a_ca_bundle_without_certificates(ec2sim, tmp_path):
    bundle = tmp_path / "empty.pem"
    bundle.write_text("none\n")
    sim = ec2sim(regions=TWO, **Authority(tmp_path, "ca").issue("server", "IP:127.0.0.1"))
    problem = only_problem(check(sim, rc=1, env={"AWS_CA_BUNDLE": bundle}))
    assert problem["subject"] == "CA bundle" and str(bundle) in problem["message"]


def test_proxies_are_named_without_their_password(ec2sim):
    proxy = "http://user:sesame@127.0.0.1:1/"
    report = check(ec2sim(regions=TWO), rc=3, env={"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""},
                   secrets=["sesame"])
    assert report["proxies"] == "https_proxy, http_proxy"
    assert "proxy (set: https_proxy, http_proxy)" in only_problem(report)["remedy"]


def test_tls(ec2sim, tmp_path):
    authority = Authority(tmp_path, "ca")
    sim = ec2sim(regions=TWO, **authority.issue("server", "IP:127.0.0.1"))
    report = check(sim, rc=0, env={"AWS_CA_BUNDLE": authority.pem})
    assert {f["what"]: f["path"] for f in report["files"]}["CA bundle"] == str(authority.pem)
    assert all(r["tls_ms"] > 0 for r in report["regions"])
    problem = only_problem(check(sim, rc=1))
    assert "certificate is not trusted" in problem["message"] and "AWS_CA_BUNDLE" in problem["remedy"]


# ---- the database -----------------------------------------------------------------------------------------------

def test_a_history(history):
    sim, path = history
    database = check(sim, db=path, rc=0)["database"]
    assert database["schema_version"] == database["schema_newest"] and database["mode"] == "0640"
    assert (database["last_run_id"], database["last_run_status"]) == (1, "ok") and database["last_run_at"]
    assert database["daemon_runs"] is False and database["bytes"] == path.stat().st_size


def edit(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(sql)
        db.commit()


@pytest.mark.parametrize("spoil, words", [
    (lambda path: edit(path, "PRAGMA user_version = 99"), ["newer ebsreportd", "99"]),
    (lambda path: edit(path, "PRAGMA application_id = 7"), ["another program"]),
    (lambda path: path.write_text("no database at all\n" * 100), ["not a database"]),
    (lambda path: (path.unlink(), path.mkdir()), ["not a file"])])
def test_a_database_that_cannot_be_used(history, spoil, words):
    sim, path = history
    for suffix in "-wal", "-shm":
        pathlib.Path(f"{path}{suffix}").unlink()
    spoil(path)
    problem = only_problem(check(sim, db=path, rc=4))
    assert problem["subject"] == "database" and str(path) in problem["message"]
    assert all(word in problem["message"] for word in words), problem


def test_an_older_database(history, tmp_path):
    sim, _ = history
    path = tmp_path / "old" / "h.db"
    path.parent.mkdir()
    edit(path, (ebsim.ROOT / "tests/unit/schema-1.sql").read_text() +
         f"PRAGMA application_id = {0x45425352}; PRAGMA user_version = 1;")
    report = check(sim, db=path, rc=0)
    assert report["database"]["schema_version"] == 1 and report["database"]["status"] == "ok"
    assert "brings to" in report["text"]


def test_a_locked_database_and_what_a_link_leads_to(history, tmp_path):
    """SQLite's other files are there, and so is the lock."""
    sim, path = history
    link = tmp_path / "links" / "h.db"
    link.parent.mkdir()
    link.symlink_to(path)
    database = check(sim, db=link, rc=0)["database"]
    assert database["path"] == str(link) and database["last_run_id"] == 1 and database["bytes"] == path.stat().st_size
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        result = ebsreportd.run(sim, action="--check", db=link, check=4)
    assert f"locked by process {os.getpid()}" in only_problem(result.json)["message"]
    path.unlink()
    assert "link to nothing" in only_problem(check(sim, db=link, rc=4))["message"]


def test_beside_a_daemon(ec2sim, tmp_path):
    sim = ec2sim(regions=TWO, instances=2)
    with Daemon(sim, tmp_path) as daemon:
        daemon.wait_ready().wait_runs(1)
        daemon.wait_idle()
        report = check(sim, db=daemon.database, rc=0, changing=True)
        assert report["database"]["daemon_runs"] is True and report["database"]["daemon_pid"] == daemon.pid
        assert f"process {daemon.pid}" in report["text"]
        runs = len(daemon.runs())
        daemon.send(signal.SIGUSR1)  # it still works
        daemon.wait_runs(runs + 1)


@as_root
def test_a_directory_that_cannot_be_written(ec2sim, place):
    sim = ec2sim(regions=TWO)
    path = place / "h.db"
    problem = only_problem(check(sim, db=path, rc=4, prefix=NOBODY))
    assert "no permission" in problem["message"] and str(path) in problem["message"]


@as_root
def test_a_read_only_file_system(history, place):
    sim, path = history
    mounted = ["unshare", "--mount", "sh", "-ec", f"mount -t tmpfs -o size=4m none {place}; cp {path}* {place}; "
               f"mount -o remount,ro {place}; exec \"$@\"", "-"]
    for name in "h.db", "new.db":
        report = ebsreportd.run(sim, action="--check", db=place / name, check=4, prefix=mounted).json
        assert "ead-only" in only_problem(report)["message"], report["problems"]
    roomy = [*mounted[:4], f"mount -t tmpfs -o size=4m none {place}; exec \"$@\"", "-"]
    report = ebsreportd.run(sim, action="--check", db=place / "h.db", check=0, prefix=roomy).json
    warning, = problems(report, "warning")
    assert warning["subject"] == "database" and re.search("only [34] MiB are free", warning["message"])


@as_root
def test_another_user_than_the_service(history, place):
    sim, path = history
    moved = place / "h.db"
    for suffix in "", "-wal", "-shm":
        shutil.copy(f"{path}{suffix}", f"{moved}{suffix}")
        os.chown(f"{moved}{suffix}", 1234, 1234)
        os.chmod(f"{moved}{suffix}", 0o640)
    report = check(sim, db=moved, rc=4, prefix=NOBODY)
    problem = only_problem(report)
    assert f"{moved}: this user may not read it" in problem["message"] and "run this as 1234" in problem["message"]
    assert report["database"]["owner"] == "1234" and report["user"] == "nobody"
    secret = place / "credentials"
    secret.write_text(f"[default]\naws_access_key_id = {ebsim.ACCESS_KEY}\naws_secret_access_key = {ebsim.SECRET}\n")
    secret.chmod(0o600)
    report = check(sim, rc=1, prefix=NOBODY, env=NO_KEYS | {"AWS_SHARED_CREDENTIALS_FILE": secret})
    assert f"cannot read {secret}: Permission denied" in only_problem(report)["message"]


# ---- the command line -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [["--once"], ["--csv"], ["--compare"], ["--mode=sweep"], ["--check-config"], ["--since=1d"],
                                  ["--export=runs"], ["--rebuild-rollups"]])
def test_what_does_not_go_together(args):
    done = subprocess.run([ebsreportd.path(), "--check", *args], env=ebsreportd.environment(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and not done.stdout and done.stderr.count("\n") <= 3


def test_interrupted(ec2sim):
    sim = ec2sim(regions=TWO, fault="action=DescribeVolumes,kind=hang")
    process = ebsreportd.start(sim, action="--check")
    wait_until(lambda: ebsreportd.calls(sim, "DescribeRegions"))
    process.send_signal(signal.SIGINT)
    result = ebsreportd.finish(process)
    assert (result.rc, result.out, result.err) == (130, "", "ebsreportd: interrupted by SIGINT\n")


def test_a_report_that_cannot_be_written(ec2sim):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([ebsreportd.path(), "--check", "--no-store"], env=ebsreportd.environment(ec2sim(regions=TWO)),
                              stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "cannot write the report" in done.stderr
