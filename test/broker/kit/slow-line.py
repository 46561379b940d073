#!/usr/bin/env python3
"""Two network namespaces, and a line between them that takes its time: each packet arrives so many milliseconds later.

Arguments: name of the near namespace, of the far one, milliseconds one way, and one of: "lose6" loses
every packet of IPv6; "local6" gives the near one no address of IPv6 but its link-local one.
Needs root, iproute2 and /dev/net/tun. Says "ready"; ends, and takes both namespaces away, when its input ends.
The near one knows the far one as far.test, with an address of either family.
"""
import ctypes
import fcntl
import heapq
import os
import select
import shutil
import struct
import subprocess
import sys
import time

NEAR, FAR, DELAY_MS, *REST = sys.argv[1:]
LOSE6 = "lose6" in REST
LOCAL6 = "local6" in REST
CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001


def ip(*args):
    subprocess.run(("ip", *args), check=True)


def tun_in(name, last):
    ip("netns", "add", name)
    libc = ctypes.CDLL(None, use_errno=True)
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    other = os.open(f"/run/netns/{name}", os.O_RDONLY)
    if libc.setns(other, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", b"line", IFF_TUN_NO_PI))
    if libc.setns(own, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    for device in ("lo", "line"):
        ip("-n", name, "link", "set", device, "up")
    ip("-n", name, "addr", "add", f"10.99.0.{last}/24", "dev", "line")
    if not (LOCAL6 and name == NEAR):
        ip("-n", name, "addr", "add", f"fd99::{last}/64", "dev", "line", "nodad")
    return tun


def run():
    near, far = tun_in(NEAR, 1), tun_in(FAR, 2)
    os.makedirs(f"/etc/netns/{NEAR}", exist_ok=True)
    with open(f"/etc/netns/{NEAR}/hosts", "w") as hosts:
        hosts.write("127.0.0.1 localhost\nfd99::2 far.test\n10.99.0.2 far.test\n")
    print("ready", flush=True)
    due, count = [], 0
    while True:
        wait = max(0, due[0][0] - time.monotonic()) if due else None
        ready, _, _ = select.select((near, far, sys.stdin), (), (), wait)
        if sys.stdin in ready and not os.read(sys.stdin.fileno(), 1024):
            return
        for source, sink in ((near, far), (far, near)):
            if source in ready:
                packet = os.read(source, 65536)
                if not (LOSE6 and packet[0] >> 4 == 6):
                    count += 1
                    heapq.heappush(due, (time.monotonic() + int(DELAY_MS) / 1000, count, sink, packet))
        while due and due[0][0] <= time.monotonic():
            _, _, sink, packet = heapq.heappop(due)
            try:
                os.write(sink, packet)
            except BlockingIOError:
                pass  # A full queue loses a packet, as a line does.


try:
    run()
finally:
    for name in (NEAR, FAR):
        subprocess.run(("ip", "netns", "del", name), stderr=subprocess.DEVNULL)
    shutil.rmtree(f"/etc/netns/{NEAR}", ignore_errors=True)
