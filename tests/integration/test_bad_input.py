# SPDX-License-Identifier: MIT
"""Whatever it is given to read: one clear line that names the thing, the right exit status, nothing half-written."""
import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess

import pytest

import ebsim
import ebsreportd
import hostile
from nobody import NOBODY, as_root

FLEET = dict(regions="eu-west-1,us-east-1", instances=3, seed=3)
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


@pytest.fixture(scope="module")
def sim():
    with ebsim.Ec2sim(**FLEET) as running:
        yield running


def refused(result, rc, *named):
    """One line that names everything it should, and no report."""
    assert result.rc == rc and result.out == "", result
    assert result.err.startswith("ebsreportd: ") and len(result.err.splitlines()) == 1, result
    for text in named:
        assert str(text) in result.err, result
    return result


def put(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---- our configuration ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, line, named", [
    ("# fine\ncolour = red\n", 2, ["unknown key 'colour'", "ebsreportd.conf(5)"]),
    ("mode = fast\n", 1, ["mode: 'fast'", "sequential, parallel or sweep"]),
    ("\n\nworkers = 0\n", 3, ["workers: '0'", "1 to 256"]), ("workers = 257", 1, ["1 to 256"]),
    ("workers = 4 # four\n", 1, ["'4 # four'"]), ("workers = 2\nworkers = 3\n", 2, ["remove one"]),
    ("[main]\nworkers = 2\n", 1, ["[main]", "remove the line"]), ("workers\n", 1, ["key = value"]),
    ("= 2\n", 1, ["key is missing"]), ("call_timeout = 10 parsecs\n", 1, ["'10 parsecs'", "1ms to 1h"]),
    ("call_timeout = 0\n", 1, ["1ms to 1h"]), ("region_timeout = 25h\n", 1, ["24h"]), ("regions = EU\n", 1, ["a-z"]),
    ("exclude_regions = a/b\n", 1, ["patterns"]), ("max_attempts = 21\n", 1, ["1 to 20"]),
    ("api_rate = fast\n", 1, ["auto", "10000"]), ("api_burst = 0\n", 1, ["1 to 10000"]),
    ("allow_plain_http = perhaps\n", 1, ["yes or no"]), ("database = relative.db\n", 1, ["starts with /"]),
    ("endpoint_url = ftp://x\n", 1, ["https:// or http://"]), ("keep_task_timings = -1\n", 1, ["0 to 100000"]),
    ("workers = 2\n\0\n", 2, ["NUL"]), (b"\xff\xfew\0o\0", 1, ["NUL"]), ("w" * 5000, 1, ["key = value"])])
def test_configuration(sim, tmp_path, text, line, named):
    path = put(tmp_path / "ebsreportd.conf", text)
    for job in [], ["--check-config"]:
        refused(ebsreportd.run(sim, f"--config={path}", *job), 1, f"{path}:{line}: ", *named)


def test_a_refusal_is_shown_whole_from_a_deep_directory(sim, tmp_path):
    directory = tmp_path / ("d" * 120)
    directory.mkdir()
    path = put(directory / "ebsreportd.conf", "worker = 4\n")
    refused(ebsreportd.run(sim, f"--config={path}"), 1, f"{path}:1: ",
            "did you mean 'workers'? ebsreportd.conf(5) has all keys\n")


@as_root
def test_a_configuration_that_cannot_be_read(sim, place):
    refused(ebsreportd.run(sim, f"--config={place}/none.conf"), 1, f"{place}/none.conf", "No such file")
    refused(ebsreportd.run(sim, f"--config={place}"), 1, place, "no regular file")
    refused(ebsreportd.run(sim, "--config=/dev/zero"), 1, "/dev/zero", "longer than 1 MiB")
    secret = put(place / "secret.conf", "workers = 2\n")
    secret.chmod(0)
    refused(ebsreportd.run(sim, f"--config={secret}", prefix=NOBODY), 1, secret, "Permission denied")


# ---- AWS files --------------------------------------------------------------------------------------------------

KEYS = f"[default]\naws_access_key_id = {ebsim.ACCESS_KEY}\naws_secret_access_key = {ebsim.SECRET}\n"


@pytest.mark.parametrize("name", ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"])
@pytest.mark.parametrize("text, line", [
    ("region = x\n" + KEYS, 1), ("[default\nregion = x\n", 1), ("[default]\nnonsense\n", 2), ("[default]\n = x\n", 2),
    ("[default]\nregion = a\nregion = b\n", 3), ("[default]\nregion = \0\n", 2)])
def test_malformed_aws_files_are_named_by_line(sim, tmp_path, name, text, line):
    path = put(tmp_path / "file", text)
    refused(ebsreportd.run(sim, env={name: path}), 1, f"{path}:{line}: ")


@as_root
@pytest.mark.parametrize("name", ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"])
def test_aws_files_that_cannot_be_read(sim, place, name):
    refused(ebsreportd.run(sim, env={name: place}), 1, place, "no regular file")
    path = put(place / "file", KEYS)
    path.chmod(0o600)
    refused(ebsreportd.run(sim, env={name: path}, prefix=NOBODY), 1, path, "Permission denied")


@pytest.mark.parametrize("text, named", [
    ("[default]\naws_access_key_id = AKIA1\n", ["no aws_secret_access_key"]),
    ("[default]\naws_access_key_id = AK IA\naws_secret_access_key = x\n", ["odd character"]),
    ("[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = y\n", ["role_arn", "not supported yet"]),
    ("[default]\nsso_session = x\n", ["sso_session", "not supported yet"]),
    ("[default]\nsso_start_url = https://x/\n", ["sso_start_url", "not supported yet"]),
    ("[default]\ncredential_process = /bin/true\n", ["credential_process", "not supported yet"]),
    ("[default]\nlogin_session = x\n", ["login_session", "not supported yet"]),
    ("[default]\nweb_identity_token_file = /x\n", ["web_identity_token_file", "not supported yet"]),
    ("[default]\nregion = eu-west-1\n", ["no credentials", "AWS_ACCESS_KEY_ID"]),
    ("[other]\nregion = eu-west-1\n", ["no credentials", "AWS_ACCESS_KEY_ID"]),
    ("", ["no credentials", "AWS_ACCESS_KEY_ID"])])
def test_profiles_that_give_no_keys(sim, tmp_path, text, named):
    path = put(tmp_path / "credentials", text)
    refused(ebsreportd.run(sim, env={**NO_KEYS, "AWS_SHARED_CREDENTIALS_FILE": path}), 1, *named)
    if "other" not in text:
        refused(ebsreportd.run(sim, env={**NO_KEYS, "AWS_CONFIG_FILE": path}), 1, *named)


@pytest.mark.parametrize("env, named", [
    (NO_KEYS, ["no credentials", "AWS_ACCESS_KEY_ID", "~/.aws/credentials", "role"]),
    ({"AWS_SECRET_ACCESS_KEY": None}, ["AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"]),
    ({"AWS_ACCESS_KEY_ID": None}, ["no credentials"]), ({"AWS_ACCESS_KEY_ID": "a b"}, ["environment"]),
    ({"AWS_CREDENTIAL_EXPIRATION": "soon"}, ["AWS_CREDENTIAL_EXPIRATION"]),
    ({**NO_KEYS, "AWS_WEB_IDENTITY_TOKEN_FILE": "/x"}, ["AWS_WEB_IDENTITY_TOKEN_FILE", "not supported yet"]),
    ({**NO_KEYS, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/"}, ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]),
    ({"AWS_PROFILE": "nobody"}, ['no profile "nobody"']), ({"AWS_REGION": "EU WEST"}, ["EU WEST"]),
    ({"AWS_USE_FIPS_ENDPOINT": "perhaps"}, ["AWS_USE_FIPS_ENDPOINT", "true or false"]),
    ({"AWS_USE_FIPS_ENDPOINT": "true"}, ["custom endpoint", "AWS_USE_FIPS_ENDPOINT"]),
    ({"AWS_METADATA_SERVICE_TIMEOUT": "x"}, ["AWS_METADATA_SERVICE_TIMEOUT"]),
    ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv5"}, ["ipv4 or ipv6"])])
def test_environment(sim, env, named):
    refused(ebsreportd.run(sim, env=env), 1, *named)


# ---- endpoint and CA --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("url, named", [
    ("ftp://x", "https:// or http://"), ("127.0.0.1:80", "https:// or http://"), ("http://", "no valid host"),
    ("http:///x", "no valid host"), ("http://127.0.0.1:99999", "1 to 65535"), ("http://127.0.0.1:0", "1 to 65535"),
    ("http://[::1", "']'"), ("http://me:pw@127.0.0.1/", "user name or password"), ("http://127.0.0.1/?q", "query"),
    ("http://127.0.0.1 /", "character"), ("http://127.0.0.1/\nx", "character"),
    ("http://ec2.example/", "allow_plain_http = yes"), ("http://192.0.2.1/", "allow_plain_http = yes"),
    ("http://127.0.0.1.example/", "allow_plain_http = yes"), ("http://localhost.example/", "allow_plain_http = yes")])
def test_endpoints(sim, tmp_path, url, named):
    refused(ebsreportd.run(sim, f"--endpoint-url={url}"), 1, named)
    refused(ebsreportd.run(sim, env={"AWS_ENDPOINT_URL": url}), 1, named, "AWS_ENDPOINT_URL")
    if url.startswith("http") and "\n" not in url:
        config = put(tmp_path / "c.conf", f"endpoint_url = {url}\n")
        result = refused(ebsreportd.run(sim, f"--config={config}"), 1, named)
        assert "pw" not in result.err


def test_plain_http_elsewhere_when_it_is_allowed(sim, tmp_path):
    """This machine's own name leads to it, and is not a name of loopback."""
    host = socket.gethostname()
    try:
        address = socket.gethostbyname(host)
    except OSError:
        pytest.skip("NOT TESTED: this machine's name has no address")
    with hostile.server(b"<html></html>", status=418, address=address) as port:
        url = f"http://{host.lower()}:{port}/"
        refused(ebsreportd.run(sim, f"--endpoint-url={url}"), 1, "allow_plain_http")
        config = put(tmp_path / "c.conf", "allow_plain_http = yes\nmax_attempts = 1\n")
        result = ebsreportd.run(sim, f"--endpoint-url={url}", f"--config={config}")
        assert result.rc == 3 and result.json["error"]["http_status"] == 418


def unreachable(sim, tmp_path, url, *named, env=None):
    """Exit status 3, one line, a report that is valid and whose every number is unknown."""
    config = put(tmp_path / "c.conf", "max_attempts = 2\n")
    result = ebsreportd.run(sim, f"--endpoint-url={url}", f"--config={config}", env=env)
    assert result.rc == 3 and len(result.err.splitlines()) == 1 and url.rstrip("/") in result.err, result
    assert result.json["status"] == "failed" and result.json["totals"]["attached_gib"] is None
    for text in named:
        assert text in result.err, result


def test_nobody_answers(sim, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        unreachable(sim, tmp_path, f"http://127.0.0.1:{taken.getsockname()[1]}", "Connection refused", "check ")
    unreachable(sim, tmp_path, "https://ec2.invalid", "cannot be resolved", "check ")


def test_tls_where_there_is_none_and_none_where_there_is_tls(sim, ec2sim, certificate, tmp_path):
    unreachable(sim, tmp_path, sim.url.replace("http:", "https:"), "TLS failed", "check that https is spoken there")
    secure = ec2sim(**certificate, **FLEET)
    assert secure.url.startswith("https:")
    unreachable(sim, tmp_path, secure.url.replace("https:", "http:"))
    refused(ebsreportd.run(secure), 1, secure.url.rstrip("/"), "not trusted", "AWS_CA_BUNDLE")
    result = ebsreportd.run(secure, env={"AWS_CA_BUNDLE": certificate["tls_cert"]}, check=0)
    assert result.json["status"] == "ok"


def test_ca_bundles(sim, tmp_path):
    garbage, url = put(tmp_path / "garbage.pem", "no certificate\n"), sim.url.replace("http:", "https:")
    for path, named in (garbage, "PEM"), (tmp_path, "PEM"), ("/dev/null", "PEM"), (tmp_path / "none", "cannot be read"):
        for job in [], ["--check-config"]:
            refused(ebsreportd.run(sim, *job, env={"AWS_CA_BUNDLE": path, "AWS_ENDPOINT_URL": url}), 1, path, named)


# ---- database ---------------------------------------------------------------------------------------------------

def content(directory):
    """Every file below a directory and the hash of what is in it."""
    return {str(p.relative_to(directory)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(directory.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def history(tmp_path_factory, sim):
    """A database as a run leaves it, in one file."""
    path = tmp_path_factory.mktemp("history") / "h.db"
    ebsreportd.run(sim, db=path, check=0)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    return path


def other_program(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()


def edit(path, sql):
    db = sqlite3.connect(path)
    db.execute(sql)
    db.commit()
    db.close()


@pytest.mark.parametrize("make, named", [
    (lambda path, history: path.mkdir(), ["is a directory"]),
    (lambda path, history: put(path, b"this is a letter, no database\n" * 200), ["not a database"]),
    (lambda path, history: put(path, b"x"), ["not a database"]),
    (lambda path, history: other_program(path), ["another program"]),
    (lambda path, history: (shutil.copy(history, path), edit(path, "PRAGMA application_id = 7")), ["another program"]),
    (lambda path, history: (shutil.copy(history, path), edit(path, "PRAGMA user_version = 99")),
     ["newer ebsreportd", "99", "upgrade"]),
    (lambda path, history: put(path, history.read_bytes()[:20000]), ["damaged", "restore a copy"]),
    (lambda path, history: path.symlink_to(path.parent / "nowhere"), ["symbolic link"]),
    (lambda path, history: os.mkfifo(path), ["device, pipe or socket"])])
@pytest.mark.parametrize("args", [[], ["--compare"]])
def test_a_file_that_is_not_ours_stays_as_it_is(sim, tmp_path, history, make, named, args):
    make(tmp_path / "h.db", history)
    before, calls = content(tmp_path) if not (tmp_path / "h.db").is_fifo() else {}, sim.stats()["calls"]
    refused(ebsreportd.run(sim, *args, db=tmp_path / "h.db"), 4, f"{tmp_path}/h.db: ", *named)
    assert (content(tmp_path) if not (tmp_path / "h.db").is_fifo() else {}) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["h.db"] and sim.stats()["calls"] == calls


def test_paths_that_lead_nowhere(sim, tmp_path):
    put(tmp_path / "file", "x")
    for path in tmp_path / "none" / "h.db", tmp_path / "file" / "h.db":
        refused(ebsreportd.run(sim, db=path), 4, f"{path}: ", "directory does not exist", "--db")
    refused(ebsreportd.run(sim, db="/dev/null"), 4, "/dev/null: ", "device")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_an_empty_file_and_a_relative_path_are_fine(sim, tmp_path):
    put(tmp_path / "h.db", b"")
    ebsreportd.run(sim, db=tmp_path / "h.db", check=0)
    done = subprocess.run([ebsreportd.path(), "--once", "--db=file:here?mode=memory"], cwd=tmp_path, timeout=60,
                          env=ebsreportd.environment(sim), stdout=subprocess.DEVNULL)
    assert done.returncode == 0 and (tmp_path / "file:here?mode=memory").exists()


@as_root
def test_a_database_that_may_not_be_written(sim, place, history):
    (place / "h.db").write_bytes(history.read_bytes())
    before = content(place)
    for path in place / "h.db", place / "new.db":
        refused(ebsreportd.run(sim, db=path, prefix=NOBODY), 4, f"{path}: ", "run as ")
    assert content(place) == before


def test_a_database_that_another_writes_to(sim, tmp_path, history):
    path = tmp_path / "h.db"
    path.write_bytes(history.read_bytes())
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("BEGIN IMMEDIATE")
    result = ebsreportd.run(sim, db=path)
    writer.close()
    assert result.rc == 4 and result.json["status"] == "ok", "the report is worth printing all the same"
    assert len(result.err.splitlines()) == 1 and f"{path}: locked by another process" in result.err
    assert ebsreportd.sqlite(path, "SELECT count(*) AS n FROM run") == [{"n": 1}]


def on_small_disk(sim, tmp_path, size, before, *args):
    """A run on a file system of that size, after a command; its listing and the check of the database follow on stdout."""
    disk = tmp_path / "disk"
    disk.mkdir(exist_ok=True)
    script = f"""mount -t tmpfs -o size={size} none {disk} 2>/dev/null || exit 77
                 {before}
                 "$@"; rc=$?
                 echo; echo "FILES $(ls {disk} | tr '\\n' ' ')"
                 test ! -e {disk}/h.db || echo "CHECK $(sqlite3 {disk}/h.db 'PRAGMA integrity_check; SELECT count(*) FROM run' | tr '\\n' ' ')"
                 exit $rc"""
    result = ebsreportd.run(sim, *args, db=disk / "h.db", text=True, prefix=["unshare", "-m", "sh", "-c", script, "sh"])
    if result.rc in (1, 77) and "ebsreportd" not in result.err:
        pytest.skip("NOT TESTED on a full disk: this container may not mount: " + result.err)
    return disk, result


@as_root
@pytest.mark.parametrize("size", ["4k", "32k", "64k"])
def test_a_disk_too_small_for_a_new_database(sim, tmp_path, size):
    disk, result = on_small_disk(sim, tmp_path, size, "true")
    assert result.rc == 4 and len(result.err.splitlines()) == 1, result
    assert f"{disk}/h.db: " in result.err and "no space left" in result.err
    assert result.out.splitlines()[-1] == "FILES ", "what could not be made is not left half-made"


def test_a_limit_on_the_size_of_files(sim, tmp_path):
    refused(ebsreportd.run(sim, db=tmp_path / "h.db", prefix=["prlimit", "--fsize=20000"]), 4, f"{tmp_path}/h.db: ")
    assert list(tmp_path.iterdir()) == []


@as_root
@pytest.mark.parametrize("args", [[], ["--compare"]])
def test_a_disk_that_is_full_at_the_end_of_a_run(sim, tmp_path, history, args):
    """Enough to open the database with, not enough to store a run: as if it had not been made."""
    size = f"{history.stat().st_size // 1024 + 32 + 12}k"
    prepare = f"cp {history} {tmp_path}/disk/h.db; sqlite3 {tmp_path}/disk/h.db 'PRAGMA journal_mode = WAL' >/dev/null"
    disk, result = on_small_disk(sim, tmp_path, size, prepare, *args)
    assert result.rc == 4 and len(result.err.splitlines()) == 1, result
    assert f"{disk}/h.db: no space left" in result.err
    assert "Total volume size: " in result.out, "the report is worth printing all the same"
    assert result.out.splitlines()[-1] == "CHECK ok 1 "
