"""A cash register of one of the profiles, as simple programs are: it dials, asks for one sale, looks now and then whether
something has come, reads once what is there, and says 06.

`register.py PROFILE PORT RUPIAH [--silent]`; the last line is what it read, in hex. `--silent` never says 06.
Written from the byte tables, and sharing nothing with the terminal.
"""

import select
import socket
import sys

profile, port, rupiah = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ZEROS = b"0" * 12


def lrc(data):
    total = 0
    for byte in data:
        total ^= byte
    return bytes([total])


def sized(length, payload, with_stx):
    head = b"\x02" + bytes.fromhex("%04d" % length)
    frame = head + payload + b"\x03"
    return frame + lrc(frame if with_stx else frame[1:])


def sale():
    cents = b"%010d00" % rupiah
    if profile == "bca":
        fields = [
            b"\x03", b"31", cents, ZEROS, b" " * 19, b" " * 4, b"00", b"000000", b" " * 6, b" ", b" ", b"N", b"000",
            b"00", b" " * 12, b" " * 12, b" " * 4, b" " * 50,
        ]
        return sized(150, b"".join(fields), False)
    if profile == "mandiri":
        frame = b"\x02\x01" + b"10" + b"%012d" % rupiah + b"\x03"
        return frame + lrc(frame[1:])
    if profile == "bri":
        return sized(200, b"\x04" + cents + ZEROS + ZEROS + bytes(19 + 144), True)
    return sized(200, b"\x05" + cents + b"000000" + bytes(19 + 162), True)


line = socket.create_connection(("127.0.0.1", port))
line.sendall(sale())
if line.recv(1) != b"\x06":
    sys.exit("no 06")
print("taken", flush=True)
select.select([line], [], [])
# Whatever has come by now must be the whole answer: it reads once.
answer = line.recv(9999)
if "--silent" not in sys.argv:
    line.sendall(b"\x06")
line.close()
print(answer.hex())
