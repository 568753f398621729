"""ZIPs of students who mean harm."""

import io
import struct
import zipfile

from given.submitted import zipped


def failing(count, size):
    """A ZIP whose members all end with a wrong checksum."""
    data = bytearray(zipped({f"{number:04}.ipynb": bytes(size) for number in range(count)}))
    at = -1
    while (at := data.find(b"PK\1\2", at + 1)) >= 0:
        data[at + 16] ^= 1
    return bytes(data)


def pretending(data):
    """A ZIP whose list of contents is told to be small, and is not: by ZIP64, which counts more."""
    end = data.rfind(b"PK\5\6")
    entries, size, start = struct.unpack_from("<HII", data, end + 10)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, size, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    return data[:end] + record + locator + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, 46, start, 0)


def marked(data):
    """A ZIP with a second mark of the end within the end, in the numbers of disks, which nobody reads."""
    end = data.rfind(b"PK\5\6")
    return data[: end + 4] + b"PK\5\6" + data[end + 8 :]


def entries(count):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(f"{'x' * 100}{number}.txt", b"")
    return buffer.getvalue()
