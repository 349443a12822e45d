# SPDX-License-Identifier: MIT
"""Every option, what is printed where, and with which exit status it ends."""
import csv
import fcntl
import json
import os
import pathlib
import re
import struct
import subprocess
import termios

import pyte
import pytest

import ebsim
import ebsreportd
import expected
import hostile
from ebsreportd import MODES

FLEET = dict(regions="eu-west-1,us-east-1", instances=4, unattached=2, seed=3)


@pytest.fixture(scope="module")
def sim():
    with ebsim.Ec2sim(**FLEET) as running:
        yield running


def bare(*args, env=None, sim=None, **how):
    """The program with exactly these arguments."""
    done = subprocess.run([ebsreportd.path(), *map(str, args)], env=ebsreportd.environment(sim, env),
                          stdin=subprocess.DEVNULL, stdout=how.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                          text=True, timeout=60, cwd="/", **how)
    return ebsreportd.Result(done.returncode, done.stdout or "", done.stderr)


def database(sim, path, *args):
    result = bare("--once", f"--db={path}", *args, sim=sim)
    assert result.rc == 0, result
    return result


# ---- usage ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("args, named", [
    (["--mode=sweep"], "--mode is of no use"), (["--json"], "--json is of no use"), (["--bogus"], "--bogus"),
    (["--once", "extra"], "extra"), (["--once", "--mode=fast"], "sequential, parallel or sweep"),
    (["--once", "--mode"], "--mode"), (["--once", "--json", "--csv"], "--csv"),
    (["--once", "--compare", "--mode=sweep"], "--compare"),
    (["--once", "--no-store", "--db=/tmp/h.db"], "--db and --no-store"), (["--once", "-x"], "'x'")])
def test_wrong_usage(args, named):
    result = bare(*args)
    line, hint = result.err.splitlines()
    assert result.rc == 1 and result.out == "" and named in line and "--help" in hint, result


@pytest.mark.parametrize("args, named", [
    *[([f"--workers={n}"], f"--workers: '{n}' is not allowed: it has to be a whole number from 1 to 256")
      for n in ("0", "257", "abc", "", "-1", "1e2", " 4", "+4", "4 ", "99999999999999999999")],
    *[([f"--region={name}"], f"--region: '{name[:40]}' is not a region's name")
      for name in ("EU", "", "eu_west", "-eu", "eu-west-1-", "eu-west-1 ", "eu-west-1;x", "é", "a" * 80, "../x")],
    (["--db="], "--db: the path is empty"),
    (["--endpoint-url="], "endpoint URL"),
    (["--config=/nowhere/x.conf"], "/nowhere/x.conf"),
    (["--profile=nobody"], 'no profile "nobody"')])
def test_bad_values(sim, args, named):
    for job in "--once", "--check-config":
        result = bare(job, *args, sim=sim)
        assert result.rc == 1 and result.out == "" and len(result.err.splitlines()) == 1, result
        assert result.err.startswith("ebsreportd: ") and named in result.err, result


def test_help_and_version_and_a_good_configuration(sim):
    version = bare("--version")
    assert version.rc == 0 and re.fullmatch(r"ebsreportd \d\S*\n", version.out) and version.err == ""
    usage = bare("--help")
    assert usage.rc == 0 and usage.err == ""
    for option in ("--once", "--mode", "--compare", "--region", "--workers", "--db", "--no-store", "--json", "--csv",
                   "--endpoint-url", "--profile", "--config", "--check-config", "--version"):
        assert option in usage.out
    text = " ".join(usage.out.split())
    actions = text[text.index("Without --once"):text.index("it is the resident daemon")]
    for option in ("--once", "--diff", "--since", "--export", "--rebuild-rollups", "--check ", "--check-config"):
        assert option in actions
    assert all(len(line) < 80 for line in usage.out.splitlines())
    before = sim.stats()["calls"]
    good = bare("--check-config", sim=sim)
    assert (good.rc, good.out, good.err) == (0, "ebsreportd: the configuration is good\n", "")
    assert sim.stats()["calls"] == before, "it asks nobody"


# ---- what the options do ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", MODES)
def test_mode(sim, mode):
    expected.check_run(ebsreportd.run(sim, "--mode", mode, check=0).json, sim.truth(), mode)


def test_region_may_be_repeated(sim):
    result = ebsreportd.run(sim, "--region=us-east-1", "--region", "eu-west-1", "--region=us-east-1", check=0)
    assert [r["region"] for r in result.json["regions"]] == ["eu-west-1", "us-east-1"]
    assert "DescribeRegions" not in {call["action"] for call in sim.log()[-result.json["calls"]:]}
    one = ebsreportd.run(sim, "--region=us-east-1", check=0)
    assert one.json["regions_total"] == 1


def test_workers(sim):
    assert ebsreportd.run(sim, "--mode=parallel", "--workers=3", check=0).json["workers"] == 3


def test_the_command_line_is_above_the_configuration(sim, tmp_path):
    config = tmp_path / "c.conf"
    config.write_text(f"mode = sequential\nworkers = 2\nregions = us-east-1\ndatabase = {tmp_path}/conf.db\n"
                      "endpoint_url = http://127.0.0.1:1/\nmax_attempts = 1\n")
    result = bare("--once", "--json", f"--config={config}", "--mode=parallel", "--workers=3", "--region=eu-west-1",
                  f"--db={tmp_path}/line.db", f"--endpoint-url={sim.url}", sim=sim)
    report = json.loads(result.out)
    assert result.rc == 0 and (report["mode"], report["workers"]) == ("parallel", 3)
    assert [r["region"] for r in report["regions"]] == ["eu-west-1"]
    assert (tmp_path / "line.db").exists() and not (tmp_path / "conf.db").exists()
    config.write_text(config.read_text().replace("endpoint_url", "#endpoint_url"))
    report = json.loads(bare("--once", "--json", f"--config={config}", sim=sim).out)
    assert report["mode"] == "sequential" and [r["region"] for r in report["regions"]] == ["us-east-1"]
    assert (tmp_path / "conf.db").exists()


def test_exclude_regions(sim, tmp_path):
    config = tmp_path / "c.conf"
    config.write_text("exclude_regions = eu-*\n")
    report = ebsreportd.run(sim, f"--config={config}", check=0).json
    assert [r["region"] for r in report["regions"]] == ["us-east-1"]
    config.write_text("exclude_regions = *\n")
    result = ebsreportd.run(sim, f"--config={config}")
    assert result.rc == 1 and "exclude_regions" in result.err and result.out == ""


def test_profile(sim, tmp_path):
    files = {"AWS_SHARED_CREDENTIALS_FILE": tmp_path / "credentials", "AWS_CONFIG_FILE": tmp_path / "config",
             "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    key = "AKIASIM0222222222222"
    (tmp_path / "credentials").write_text(f"[other]\naws_access_key_id = {key}\naws_secret_access_key = secret-of-{key}\n")
    (tmp_path / "config").write_text("[profile other]\nregion = eu-west-1\n")
    by_option = ebsreportd.run(sim, "--profile=other", env=files, check=0)
    by_variable = ebsreportd.run(sim, env={**files, "AWS_PROFILE": "other"}, check=0)
    assert {r["account"] for r in by_option.json["regions"] + by_variable.json["regions"]} == {"222222222222"}


def test_json_csv_and_text_tell_the_same(sim):
    truth = sim.truth()["totals"]
    text = ebsreportd.run(sim, text=True, check=0).out
    assert f"\nTotal volume size: {truth['instance_sum_gib']} GiB\n" in text
    assert re.search(r"\nSweep execution time: \d+\.\d+ s \(\d+ workers, \d+ calls, 0 retries, peak memory \d+ MiB\)\n", text)
    rows = list(csv.DictReader(ebsreportd.run(sim, "--csv", check=0).out.splitlines()))
    assert sum(int(row["instance_sum_gib"]) for row in rows) == truth["instance_sum_gib"]
    assert ebsreportd.run(sim, check=0).json["totals"]["instance_sum_gib"] == truth["instance_sum_gib"]


def test_no_store_leaves_the_database_alone(sim, tmp_path):
    config = tmp_path / "c.conf"
    config.write_text(f"database = {tmp_path}/h.db\nmetrics_file = {tmp_path}/h.prom\n")
    result = bare("--once", "--no-store", f"--config={config}", sim=sim)
    assert result.rc == 0 and list(tmp_path.iterdir()) == [config]


def test_db_makes_a_database_that_is_private(sim, tmp_path):
    database(sim, tmp_path / "h.db")
    assert {p.name: oct(p.stat().st_mode & 0o777) for p in tmp_path.iterdir()} == {
        "h.db": "0o640", "h.db-wal": "0o640", "h.db-shm": "0o640"}
    database(sim, tmp_path / "h.db", "--compare")
    assert ebsreportd.sqlite(tmp_path / "h.db", "SELECT count(*) AS n FROM run") == [{"n": 4}]


# ---- output that cannot be written ------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [[], ["--json"], ["--csv"], ["--compare"], ["--compare", "--json"]])
def test_a_full_disk_behind_standard_output(sim, args, tmp_path):
    with open("/dev/full", "w") as full:
        result = bare("--once", f"--db={tmp_path}/h.db", *args, sim=sim, stdout=full)
    assert result.rc == 1
    assert result.err == "ebsreportd: cannot write the report to standard output: No space left on device\n"
    assert ebsreportd.sqlite(tmp_path / "h.db", "SELECT count(*) AS n FROM run")[0]["n"] in (1, 3), "it is stored all the same"


def test_check_config_tells_all_that_is_wrong(tmp_path):
    """A line each, in the order of the files; a run says the same."""
    prices = tmp_path / "prices.csv"
    prices.write_text("region,volume_type,dimension,price,currency,as_of\na-1,gp9,gib_month,1,USD,2022-02-10\n"
                      "a-1,gp2,gib_month,x,USD,2022-02-10\na-1,gp2,gib_month,1,USD,2022-02-10\n")
    config = tmp_path / "c.conf"
    config.write_text(f"worker = 4\ninterval = 1h\nmode = fast\nregions =\n  us-east-1\nprices = {prices}\n")
    env = {"AWS_USE_FIPS_ENDPOINT": "maybe", "AWS_CA_BUNDLE": "/nowhere/ca.pem", "AWS_METADATA_SERVICE_TIMEOUT": "0"}
    for job in ["--check-config"], ["--once", "--no-store"]:
        result = bare(*job, f"--config={config}", "--workers=0", env=env)
        assert result.rc == 1 and not result.out
        words = [f"{config}:1: unknown key 'worker', did you mean 'workers'?", f"{config}:3: mode: 'fast' is not allowed",
                 f"{config}:4: a value in one line is needed behind '='", "--workers: '0' is not allowed",
                 f"{prices}:2: volume_type 'gp9'", f"{prices}:3: price 'x'", "AWS_USE_FIPS_ENDPOINT is \"maybe\"",
                 "AWS_CA_BUNDLE names /nowhere/ca.pem", "AWS_METADATA_SERVICE_TIMEOUT is \"0\""]
        lines = result.err.splitlines()
        assert [line.startswith(f"ebsreportd: {word}") for line, word in zip(lines, words)] == [True] * len(words), result
        assert len(lines) == len(words)
    # Of a file that is none of ours only the beginning.
    config.write_text("x\n" * 1000)
    result = bare("--check-config", f"--config={config}")
    assert result.rc == 1 and len(result.err.splitlines()) == 21
    assert result.err.endswith("ebsreportd: 980 more lines are wrong: mend these first\n")


@pytest.mark.parametrize("args", [["--check-config"], ["--help"], ["--version"]])
def test_the_short_answers_to_a_full_disk(sim, args):
    with open("/dev/full", "w") as full:
        result = bare(*args, sim=sim, stdout=full)
    assert result.rc == 1 and len(result.err.splitlines()) == 1 and "No space left" in result.err, result


@pytest.mark.parametrize("closed, rc", [(">&-", 1), ("2>&-", 0), ("<&-", 0), (">&- 2>&-", 1), ("<&- >&- 2>&-", 1)])
def test_closed_standard_streams_reach_no_pipe_and_no_database(sim, closed, rc, tmp_path):
    line = f'exec "$0" --once --mode=parallel --workers=4 --db={tmp_path}/h.db {closed}'
    done = subprocess.run(["sh", "-c", line, ebsreportd.path()], env=ebsreportd.environment(sim), text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == rc, done
    assert done.stderr == ("" if ">&-" != closed else
                           "ebsreportd: cannot write the report to standard output: Bad file descriptor\n")
    assert ebsreportd.sqlite(tmp_path / "h.db", "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    rows = ebsreportd.sqlite(tmp_path / "h.db", "SELECT status FROM region_total")
    assert [row["status"] for row in rows] == ["ok", "ok"]


def test_a_reader_that_left(sim):
    process = ebsreportd.start(sim)
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert err == "ebsreportd: cannot write the report to standard output: Broken pipe\n"


# ---- progress ---------------------------------------------------------------------------------------------------

def on_terminal(sim, *args, term="xterm"):
    """Exit status, what the terminal on standard error got, and standard output."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    process = subprocess.Popen(ebsreportd.command(*args), env=ebsreportd.environment(sim, {"TERM": term}),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave)
    os.close(slave)
    drawn = b""
    try:
        while piece := os.read(master, 65536):
            drawn += piece
    except OSError:  # how Linux says that the last one has closed the terminal
        pass
    os.close(master)
    out = process.communicate(timeout=60)[0]
    return process.returncode, drawn.decode(), out.decode()


@pytest.mark.parametrize("args", [["--mode=sweep"], ["--mode=parallel"], ["--compare"]])
def test_progress_is_drawn_on_a_terminal_and_gone_at_the_end(ec2sim, args):
    slow = ec2sim(latency_ms=60, **FLEET)
    rc, drawn, out = on_terminal(slow, *args)
    assert rc == 0 and json.loads(out)
    lines = re.split(r"\r\x1b\[K", drawn)
    assert lines[0] == lines[-1] == "" and len(lines) > 3 and "\n" not in drawn
    assert all(re.fullmatch(r"\w+: (finding the regions|\d of \d regions, \d+ calls), \d+\.\d s", line)
               for line in lines if line)
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(drawn)
    assert "".join(screen.display).strip() == "" and (screen.cursor.x, screen.cursor.y) == (0, 0)


def test_progress_is_gone_before_a_complaint(ec2sim):
    rc, drawn, _ = on_terminal(ec2sim(fault="kind=error=UnauthorizedOperation", latency_ms=60, **FLEET))
    screen = pyte.Screen(200, 24)
    pyte.Stream(screen).feed(drawn)
    shown = [line.rstrip() for line in screen.display if line.strip()]
    assert rc == 3 and len(shown) == 1 and shown[0].startswith("ebsreportd: ")


@pytest.mark.parametrize("term", ["dumb", ""])
def test_no_progress_on_a_terminal_that_cannot_erase(sim, term):
    assert on_terminal(sim, term=term)[:2] == (0, "")


# ---- hostile texts ----------------------------------------------------------------------------------------------

NASTY = b"one&#10;two&#13;three \xc2\x9b31m \xe2\x80\xae &lt;b&gt; &#x9b;2J" + b"x" * 3000


@pytest.mark.parametrize("args", [[], ["--json"], ["--csv"]])
@pytest.mark.parametrize("code", [b"Nasty&#10;&#x9b;2J", b"Nasty&#27;[2J"])
def test_an_error_text_of_the_service_cannot_drive_the_terminal(code, args, tmp_path):
    with hostile.server(hostile.error(code, NASTY, request_id="&#10;"), status=403) as port:
        result = bare("--once", f"--db={tmp_path}/h.db", f"--endpoint-url=http://127.0.0.1:{port}", *args,
                      env={"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"})
    assert result.rc == 3 and len(result.err.splitlines()) == (1 if args else 0), result
    for text in [result.err] + ([result.out] if not args else []):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), repr(text)
    if args == ["--json"]:
        json.loads(result.out)


@pytest.mark.parametrize("name", [b"../../etc", b"eu-west-1&#10;x", b"EU", b"", b"a" * 300, b"eu.evil.example/", b"-x",
                                  b"\xff\xfe", b"eu-west-1@evil"])
def test_a_region_name_of_the_service_is_checked(name):
    body = (b"<DescribeRegionsResponse><regionInfo><item><regionName>" + name + b"</regionName><regionEndpoint>x"
            b"</regionEndpoint></item></regionInfo></DescribeRegionsResponse>")
    with hostile.server(body) as port:
        result = bare("--once", "--no-store", "--json", f"--endpoint-url=http://127.0.0.1:{port}",
                      env={"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"})
    assert result.rc == 3 and len(result.err.splitlines()) <= 1, result
    assert result.json["totals"]["attached_gib"] is None


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 407, 408, 413, 418, 500, 502, 504])
@pytest.mark.parametrize("body", [b"", b"<html>sign in here</html>", b"{}"])
def test_whatever_a_gateway_answers_is_no_run(status, body, tmp_path):
    config = tmp_path / "c.conf"
    config.write_text("max_attempts = 2\n")
    if status == 204:
        body = b""
    with hostile.server(body, status=status, content_type="text/html") as port:
        result = bare("--once", "--no-store", "--json", f"--config={config}", f"--endpoint-url=http://127.0.0.1:{port}",
                      env={"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"})
    assert result.rc == 3 and len(result.err.splitlines()) == 1, result
    assert result.json["error"]["http_status"] == status and result.json["totals"]["attached_gib"] is None


# ---- a run that fails as a whole --------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [[], ["--compare"], ["--json"], ["--csv"], ["--compare", "--csv"]])
def test_why_no_region_was_asked_is_told_once(ec2sim, args, tmp_path):
    """By the text, which has the remedy too; where the report is for programs, on standard error."""
    sim = ec2sim(fault="action=DescribeRegions,kind=error=UnauthorizedOperation", **FLEET)
    why = 'allow ec2:DescribeRegions, or name the regions in "regions" or with --region'
    result = bare("--once", f"--db={tmp_path}/h.db", *args, sim=sim)
    is_text = not {"--json", "--csv"}.intersection(args)
    assert result.rc == 3 and result.err.count(why) == (0 if is_text else 1) == result.err.count("\n"), result
    if is_text:
        assert result.out.count(why) == result.out.count("remedy: ") == 1, result
    with open("/dev/full", "w") as full:
        result = bare("--once", "--no-store", *args, sim=sim, stdout=full)
    assert result.rc == 3 and result.err.count(why) == 1 and "cannot write the report" in result.err


def test_a_home_region_that_is_not_enabled(ec2sim):
    """The regions are asked for there; any other will do as well."""
    sim = ec2sim(fault="action=DescribeRegions,kind=error=OptInRequired,status=403", **FLEET)
    result = bare("--once", "--no-store", sim=sim, env={"AWS_REGION": "eu-west-1"})
    line, = [line for line in result.out.splitlines() if line.startswith("The run failed: ")]
    assert result.rc == 3 and "denied OptInRequired: ec2:DescribeRegions in eu-west-1: " in line
    assert line.endswith("; remedy: set AWS_REGION to a region that the account has enabled, or name the regions in "
                         '"regions" or with --region')
    for cure in dict(args=["--region=eu-west-1"], env={}), dict(args=[], env={"AWS_REGION": "us-east-1"}):
        sim = ec2sim(fault="action=DescribeRegions,region=eu-west-1,kind=error=OptInRequired,status=403", **FLEET)
        assert bare("--once", "--no-store", *cure["args"], sim=sim, env={"AWS_REGION": "eu-west-1", **cure["env"]}).rc == 0


def test_many_regions_have_one_remedy(ec2sim):
    """Each says what it met, one line says what to do; for programs it is with each."""
    sim = ec2sim(fault="action=DescribeVolumes,kind=error=UnauthorizedOperation", **FLEET)
    remedy = "allow ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to exclude_regions"
    text = bare("--once", "--no-store", sim=sim).out
    assert text.count(" failed: denied UnauthorizedOperation: ") == 2 and text.count("(request id ") == 2
    assert text.count("emedy") == 1 and text.endswith(f"\nRemedy for these 2 regions: {remedy}\n")
    result = bare("--once", "--no-store", "--json", sim=sim)
    assert [r["error"]["remedy"] for r in result.json["regions"]] == [remedy] * 2


# ---- secrets ----------------------------------------------------------------------------------------------------

def test_secrets_are_nowhere(ec2sim, tmp_path):
    secret, token = "SecretKeyThatMustNotShow0123456789", "SessionTokenThatMustNotShow" + "9" * 100
    sim = ec2sim(key=f"AKIAMINE:{secret}:{token}", **FLEET)
    env = {"AWS_ACCESS_KEY_ID": "AKIAMINE", "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}
    (tmp_path / "credentials").write_text(f"[default]\naws_access_key_id = AKIAMINE\naws_secret_access_key = {secret} !\n"
                                          f"aws_session_token = {token}\n")
    (tmp_path / "bad").write_text(f"[default]\naws_secret_access_key {secret}\n")
    from_files = {name: None for name in env}
    outputs = []
    for rc, args, more in [
            (0, [], {}), (0, ["--compare"], {}), (0, [], {"TERM": "xterm"}),
            (3, [], {"AWS_SESSION_TOKEN": token + "8"}), (3, [], {"AWS_SECRET_ACCESS_KEY": secret + "8"}),
            (3, ["--endpoint-url=https://127.0.0.1:1"], {}),
            (1, [], {"AWS_SECRET_ACCESS_KEY": secret + "\n"}), (1, [], {"AWS_SESSION_TOKEN": "a b" + token}),
            (1, [], {**from_files, "AWS_SHARED_CREDENTIALS_FILE": tmp_path / "credentials"}),
            (1, [], {**from_files, "AWS_SHARED_CREDENTIALS_FILE": tmp_path / "bad"}),
            (1, [f"--endpoint-url=http://me:{secret}@127.0.0.1/"], {})]:
        result = ebsreportd.run(sim, *args, env={**env, **more}, db=tmp_path / "h.db")
        assert result.rc == rc, result
        outputs.append(result.out + result.err)
    files = [p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith("h.db")]
    assert len(files) == 3 and any(b"us-east-1" in f for f in files)
    for hidden in secret, token[:27]:
        assert not [text for text in outputs if hidden in text]
        assert not [f for f in files if hidden.encode() in f]


def test_a_proxys_password_is_nowhere(sim, tmp_path):
    for proxy in "http://me:PassWord77@127.0.0.1:1", "nonsense://me:PassWord77@127.0.0.1:1", "http://me:PassWord77@[x":
        result = ebsreportd.run(sim, env={"http_proxy": proxy, "HTTP_PROXY": proxy, "all_proxy": proxy, "no_proxy": ""},
                                db=tmp_path / "h.db")
        assert result.rc == 3 and len(result.err.splitlines()) == 1, result
        assert "PassWord77" not in result.out + result.err
    assert not [p for p in tmp_path.iterdir() if b"PassWord77" in p.read_bytes()]


def test_secrets_are_in_no_command_line(ec2sim):
    sim = ec2sim(fault="kind=hang", **FLEET)
    process = ebsreportd.start(sim)
    from processes import children, wait_until
    wait_until(lambda: sim.stats()["concurrent"] >= 1)
    for pid in [process.pid, *children(process.pid)]:
        assert ebsim.SECRET.encode() not in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    process.terminate()
    ebsreportd.finish(process)
