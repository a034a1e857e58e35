"""A Postfix of the test's own: configuration, queue and mailboxes in a folder, one port on loopback, STARTTLS
demanded, and nothing passed on to anywhere. Postfix runs as root alone."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

import hub

PROGRAM = "/usr/sbin/postfix"
DAEMONS = "/usr/lib/postfix/sbin"
NOBODY, NOGROUP = 65534, 65534
COMMAND_SECONDS = 30

MAIN = """compatibility_level = 3.6
myhostname = relay.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.1/32
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/postfix.log
maillog_file_prefixes = {folder}
alias_maps =
alias_database =
mydestination =
local_recipient_maps =
default_transport = error:this relay passes nothing on
relay_transport = error:this relay passes nothing on
smtpd_relay_restrictions = reject_unauth_destination
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {folder}/tls/relay.pem
smtpd_tls_key_file = {folder}/tls/relay.key
smtpd_tls_received_header = yes
"""

# No service is chrooted: the queue has no copy of the system's files.
MASTER = """127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def why_not():
    """Why there can be none here, in a sentence; None when there can."""
    if os.geteuid() != 0:
        return "Postfix starts as root alone, and this is not root"
    if not os.path.exists(PROGRAM) and os.path.exists("/usr/sbin/sendmail"):
        return "this machine has another mail server, which Postfix would replace"
    return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL, timeout=COMMAND_SECONDS,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Postfix:
    """Takes mails for the domain alone; they are the files of `mails()`. `authority` is the PEM file that its
    certificate, for `localhost`, is of. RuntimeError when it does not start."""

    def __init__(self, domain):
        if not os.path.exists(PROGRAM):
            raise RuntimeError("Postfix is not installed: run scripts/setup test")
        self.kept = tempfile.TemporaryDirectory(prefix="lendport-postfix-")
        self.folder = pathlib.Path(self.kept.name)
        self.process = None
        try:
            self.folder.chmod(0o755)  # its daemons are nobody in particular
            for name in ("conf", "queue", "data", "log", "mail", "tls"):
                (self.folder / name).mkdir(mode=0o755)
            shutil.chown(self.folder / "data", "postfix")
            os.chown(self.folder / "mail", NOBODY, NOGROUP)
            self.authority = self.folder / "tls/ca.pem"
            self.certify()
            self.start(domain)
        except BaseException:
            self.close()
            raise

    def certify(self):
        tls = self.folder / "tls"
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl("req", "-x509", *curve, "-days", "2", "-subj", "/CN=Test Authority", "-keyout", tls / "ca.key",
                "-out", self.authority)
        openssl("req", *curve, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                tls / "relay.key", "-out", tls / "csr")
        openssl("x509", "-req", "-in", tls / "csr", "-CA", self.authority, "-CAkey", tls / "ca.key", "-days", "2",
                "-CAcreateserial", "-copy_extensions", "copyall", "-out", tls / "relay.pem")

    def start(self, domain):
        self.port = free_port()
        (self.folder / "conf/main.cf").write_text(MAIN.format(folder=self.folder, domain=domain))
        (self.folder / "conf/master.cf").write_text(MASTER.format(port=self.port))
        # Makes what the queue needs, and says what is wrong with the configuration.
        checked = subprocess.run([PROGRAM, "-c", self.folder / "conf", "check"], stdin=subprocess.DEVNULL, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=COMMAND_SECONDS, check=False)
        if checked.returncode != 0:
            raise RuntimeError(f"postfix check: {checked.stdout}\n{self.said()}")
        environment = {**os.environ, "MAIL_CONFIG": str(self.folder / "conf")}
        # -d: stays our child, so that its pid is ours to end; a session of its own for its daemons.
        self.process = subprocess.Popen([f"{DAEMONS}/master", "-c", self.folder / "conf", "-d"], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        hub.wait_for("Postfix to take connections", hub.START_SECONDS, self.greets)

    def greets(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"Postfix ended with {self.process.returncode}:\n{self.said()}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                return connection.recv(256).startswith(b"220 relay.test")
        except OSError:
            return False

    def said(self):
        log = self.folder / "log/postfix.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def mails(self):
        """Those that were delivered, as they lie in the mailbox."""
        return [one.read_bytes() for one in sorted((self.folder / "mail/inbox/new").glob("*"))]

    def close(self):
        """Ends it, and with it its daemons."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(hub.STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(hub.STOP_SECONDS)
        self.kept.cleanup()
