"""A file that is not what it claims, or cannot be read, gets its own sentence."""

import io
import struct
import zipfile

import pytest

from app.intake.files import open_table
from app.intake.refusals import ROW_WORDS, WORDS, FileRefused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100)


def refusal(content: bytes, name: str) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        list(open_table(io.BytesIO(content), name).rows())
    return refused.value


def archive(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for name, part in parts.items():
            written.writestr(name, part)
    return content.getvalue()


def encrypted_archive() -> bytes:
    content = bytearray(archive(a=b"secret"))
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", content, content.index(signature) + flags_at, 1)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (PNG, "recipients.csv", "not_what_it_claims"),
        (PNG, "recipients.XLSX", "not_what_it_claims"),
        (PNG, "recipients", "not_a_table"),
        (b"%PDF-1.7\n" + bytes(50), "recipients.csv", "not_what_it_claims"),
        (b"%PDF-1.7\n", "recipients.pdf", "not_a_table"),
        (b"\xff\xd8\xff\xe0", "recipients.txt", "not_what_it_claims"),
        (b"\x1f\x8b\x08" + bytes(20), "recipients.csv.gz", "not_a_table"),
        (b"<html><table><tr><td>91234567</td></tr></table>", "recipients.xls", "not_what_it_claims"),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "recipients.csv", "not_what_it_claims"),
        (b"phone\n91234567\n", "recipients.xlsx", "not_what_it_claims"),
        (b"\x01\x02\x03\0\x04" * 100, "recipients.csv", "nul"),
        (archive(a=b"x"), "recipients.csv", "not_what_it_claims"),
        (archive(a=b"x"), "recipients.xlsx", "no_workbook"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "recipients.ods", "no_workbook"),
        (b"PK\x05\x06" + bytes(18), "recipients.xlsx", "no_workbook"),
        (b"PK\x03\x04" + bytes(100), "recipients.xlsx", "damaged"),
        (encrypted_archive(), "recipients.xlsx", "encrypted"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le") + bytes(600), "recipients.xls", "old_excel"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le") + bytes(600), "recipients.csv", "old_excel"),
        (OLE + bytes(1_048_560) + "EncryptedPackage".encode("utf-16-le"), "recipients.xlsx", "encrypted"),
        (b"", "recipients.xlsx", "empty"),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, name: str, code: str) -> None:
    refused = refusal(content, name)

    assert refused.code == code
    assert refused.words


def test_the_sentence_names_what_the_file_claimed() -> None:
    assert ".csv" in refusal(PNG, "recipients.csv").words


def test_a_table_under_any_other_name_is_read() -> None:
    assert open_table(io.BytesIO(b"phone;name\n91234567;Kari\n"), "export.dat").columns == ("phone", "name")


def test_every_sentence_can_be_filled_and_none_holds_a_value() -> None:
    facts = {"extension": ".csv", "expected": "phone number", "columns": "a, b", "row_no": "7"}

    sentences = [FileRefused(code, **facts).words for code in WORDS] + list(ROW_WORDS.values())

    assert all(sentence.endswith(".") and "%" not in sentence for sentence in sentences)
    assert str(FileRefused("row_too_large", row_no="7")) == "row_too_large"
