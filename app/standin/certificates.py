"""A certificate authority of the stand-in's own, and its server's certificate for this machine."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_LASTS = timedelta(days=3650)
_MINUTE_AGO = timedelta(minutes=1)
_LOCAL = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of one folder."""

    folder: Path

    @property
    def authority(self) -> Path:
        """What a client must trust."""
        return self.folder / "ca.pem"

    @property
    def server(self) -> Path:
        """The server's certificate and key in one."""
        return self.folder / "server.pem"


def made_in(folder: Path) -> Certificates:
    """Make the certificates in a folder where they are not there yet."""
    found = Certificates(folder)
    if not (found.authority.exists() and found.server.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        _make(found)
    return found


def _make(found: Certificates) -> None:
    key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name, server_name = _name("Varsel stand-in authority"), _name("Varsel stand-in")
    authority = _certificate(name, name, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    usage = _usage(signs_certificates=True)
    authority = authority.add_extension(usage, critical=True)
    signed = _certificate(server_name, name, server_key)
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in _LOCAL]
    signed = signed.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False)
    found.server.touch(mode=0o600)
    found.server.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    found.authority.write_bytes(authority.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    begins_at = datetime.now(UTC) - _MINUTE_AGO
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(begins_at)
        .not_valid_after(begins_at + _LASTS)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
