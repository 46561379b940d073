"""The service manager's end of sd_notify: prints each datagram as one JSON line with the sender's pid."""
import json
import socket
import struct
import sys

path = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
receiver.bind("\0" + path[1:] if path.startswith("@") else path)
print(json.dumps({"listening": True}), flush=True)
while True:
    data, ancillary, _flags, _address = receiver.recvmsg(65536, 1024)
    pid = struct.unpack("iII", ancillary[0][2])[0]
    print(json.dumps({"text": data.decode(), "pid": pid}), flush=True)
