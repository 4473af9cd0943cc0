"""A throw-away authority: the certificate by which a client believes that the emulator is VK. The key that signed it is
forgotten at once and never written, so nobody can ever vouch for anything else by it.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import ssl
import struct
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from vk_emulator.wire.hosts import DOMAINS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder

LASTS = timedelta(days=3650)
PASSWORD = "changeit"  # noqa: S105 - Java wants one; what it opens is public
ROOT_NAME, LEAF_NAME = "vk-emulator, a throw-away authority", "vk-emulator"


class Authority:
    """`pem` and `jks` are files for clients to trust, `context` makes what the emulator answers TLS with."""

    def __init__(self, folder: Path) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        signing, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root, leaf = _root(signing), _leaf(signing, key)
        self.folder = folder
        self.pem, self.jks = folder / "vk-emulator.pem", folder / "vk-emulator.jks"
        self.pem.write_bytes(root.public_bytes(Encoding.PEM))
        self.jks.write_bytes(_java_store(root.public_bytes(Encoding.DER)))
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._chain = secret + leaf.public_bytes(Encoding.PEM)

    def context(self) -> ssl.SSLContext:
        """OpenSSL reads keys from a file only; it is gone before anybody connects."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".key") as file:
            file.write(self._chain)
            file.flush()
            made.load_cert_chain(file.name)
        return made


@cache
def authority() -> Authority:
    """The authority of the process: its certificate holds for every port. Nothing is made before it is asked for."""
    folder = Path(tempfile.mkdtemp(prefix="vk-emulator-trust-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Authority(folder)


def _root(signing: EllipticCurvePrivateKey) -> Certificate:
    """The certificate of the authority itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    named = x509.SubjectKeyIdentifier.from_public_key(signing.public_key())
    made = _builder(ROOT_NAME, signing, signs=True).add_extension(named, critical=False)
    return made.sign(signing, hashes.SHA256())


def _leaf(signing: EllipticCurvePrivateKey, key: EllipticCurvePrivateKey) -> Certificate:
    """The certificate of VK's hosts and of this machine."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    hosts = [name for domain in DOMAINS for name in (domain, f"*.{domain}")]
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in ("localhost", *hosts)]
    names += [x509.IPAddress(ip_address(address)) for address in ("127.0.0.1", "::1")]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    made = _builder(LEAF_NAME, key, signs=False).add_extension(x509.SubjectAlternativeName(names), critical=False)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return made.add_extension(issuer, critical=False).sign(signing, hashes.SHA256())


def _builder(name: str, key: EllipticCurvePrivateKey, *, signs: bool) -> CertificateBuilder:
    """What both certificates have in common."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    subject, issuer = ([x509.NameAttribute(NameOID.COMMON_NAME, text)] for text in (name, ROOT_NAME))
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(x509.Name(issuer), x509.Name(subject), key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + LASTS)
    made = made.add_extension(x509.BasicConstraints(ca=signs, path_length=0 if signs else None), critical=True)
    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= {"digital_signature": not signs, "key_cert_sign": signs, "crl_sign": signs}
    return made.add_extension(x509.KeyUsage(**usage, encipher_only=False, decipher_only=False), critical=True)


def _java_store(certificate: bytes) -> bytes:
    """A JKS with one trusted certificate: the format that every Java reads and no extra program has to write."""

    def text(value: str) -> bytes:
        """A text as Java writes it: its length in two bytes, then UTF-8."""
        return struct.pack(">H", len(value)) + value.encode()

    entry = struct.pack(">I", 2) + text("vk-emulator") + struct.pack(">Q", 0) + text("X.509")
    body = struct.pack(">III", 0xFEEDFEED, 2, 1) + entry + struct.pack(">I", len(certificate)) + certificate
    sealed = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + body
    return body + hashlib.sha1(sealed, usedforsecurity=False).digest()
