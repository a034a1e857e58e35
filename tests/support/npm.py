"""Other people's programs from the npm registry, in the versions of a lock file: installed below BUILD/peers, by npm,
once for each lock file."""
import fcntl
import json
import os
import pathlib
import shutil
import subprocess

AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
INSTALL_SECONDS = 180


def installed(build, source):
    """A copy of the folder `source` (package.json, package-lock.json, scripts) with its packages beside it;
    RuntimeError, with what to do, when npm cannot."""
    folder = pathlib.Path(build).resolve() / "peers" / source.name
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / "lock", "w", encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        lock = (source / "package-lock.json").read_bytes()
        stamp = folder / "installed-lock.json"
        fresh = stamp.exists() and stamp.read_bytes() == lock
        for file in source.iterdir():
            if file.is_file():
                shutil.copy(file, folder / file.name)
        if not fresh:
            install(folder)
            stamp.write_bytes(lock)
    return folder


def install(folder):
    # The machine's own list of authorities beside Node's: a registry may stand behind one of the house.
    more = {"NODE_EXTRA_CA_CERTS": AUTHORITIES} if os.path.exists(AUTHORITIES) else {}
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=warn"]
    try:
        done = subprocess.run(command, cwd=folder, env={**more, **os.environ}, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=INSTALL_SECONDS, check=False)
    except FileNotFoundError as missing:
        raise RuntimeError("npm is not installed: run scripts/setup test") from missing
    except subprocess.TimeoutExpired as late:
        raise RuntimeError(f"npm ci takes longer than {INSTALL_SECONDS} s: is the registry reached?") from late
    if done.returncode != 0:
        wanted = ", ".join(json.loads((folder / "package.json").read_text())["dependencies"])
        raise RuntimeError(f"npm cannot install {wanted}, which this test compares with. It is fetched from the npm "
                           "registry once and then comes from npm's cache (npm config get cache); with a registry in "
                           f"reach, run again. It said:\n{done.stdout[-2000:]}")
