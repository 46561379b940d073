"""A vending machine's controller for the FA FB protocol, written from the protocol's tables and from nothing else.

It opens a pty, prints its name, polls as the real one does, and takes orders on standard input, one a line:
  price SLOT UNITS   press SLOT   status NUMBER (how the next vends end)   deaf COUNT (commands that are not heard)
  mute COUNT (commands that are obeyed and not acknowledged)   odd (acknowledges with a length of 1 from now on)
It says on standard output what came of it, one JSON object a line.
"""

import collections
import json
import os
import select
import sys
import time
import tty

POLL_EVERY = 0.2
# The real one waits 0.1 s. Tests on a busy machine are no measure of that, so it can be told to be more patient.
ANSWER_WITHIN = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
TRIES = 6


def frame(command, content=b""):
    head = bytes([0xFA, 0xFB, command, len(content)]) + content
    total = 0
    for byte in head:
        total ^= byte
    return head + bytes([total])


def say(**fields):
    print(json.dumps(fields), flush=True)


class Machine:
    def __init__(self):
        self.line, other = os.openpty()
        tty.setraw(other)
        self.keep = other
        say(pty=os.ttyname(other))
        self.packet = 0
        self.prices = {}
        self.status = 2
        self.deaf = 0
        self.mute = 0
        self.odd = False
        self.seen = None
        self.jobs = collections.deque()
        self.polls = 0
        self.answers = []

    def read(self, within):
        """One frame of the upper computer, or None."""
        data = b""
        end = time.monotonic() + within
        while time.monotonic() < end:
            ready, _, _ = select.select([self.line], [], [], max(0, end - time.monotonic()))
            if not ready:
                return None
            data += os.read(self.line, 1)
            if data[:1] != b"\xfa":
                data = b""
            elif len(data) >= 4 and len(data) == data[3] + 5:
                whole = frame(data[2], data[4:-1])
                if whole != data:
                    say(damaged=data.hex())
                    return None
                return data
        return None

    def send(self, command, content):
        self.packet = self.packet % 255 + 1
        data = frame(command, bytes([self.packet]) + content)
        for _ in range(TRIES):
            os.write(self.line, data)
            answer = self.read(ANSWER_WITHIN)
            if answer is not None and answer[2] == 0x42:
                return
        say(unanswered=data.hex())

    def poll(self):
        self.polls += 1
        begun = time.monotonic()
        os.write(self.line, frame(0x41))
        answer = self.read(ANSWER_WITHIN)
        if answer is None:
            say(silent=self.polls)
            return
        self.answers.append(time.monotonic() - begun)
        if answer[2] != 0x42:
            self.obey(answer)

    def obey(self, data):
        command, packet, text = data[2], data[4], data[5:-1]
        if self.deaf > 0:
            self.deaf -= 1
            say(unheard=data.hex())
            return
        if self.mute > 0:
            self.mute -= 1
            say(unacknowledged=data.hex())
        else:
            os.write(self.line, frame(0x42, bytes([packet])) if self.odd else frame(0x42))
        if packet == self.seen:
            return
        self.seen = packet
        if command == 0x31:
            for slot, price in self.prices.items():
                self.jobs.append((0x11, slot.to_bytes(2, "big") + price.to_bytes(4, "big") + b"\5\x0a\0\3\0"))
            say(synchronised=len(self.prices))
        elif command == 0x06:
            say(driven=int.from_bytes(text[2:4], "big"), sensor=text[0], elevator=text[1])
            self.vend(text[2:4])
        elif command == 0x27:
            say(money=int.from_bytes(text[1:5], "big"), mode=text[0])
        elif command == 0x03:
            say(bought=int.from_bytes(text, "big"))
            self.vend(text)
        elif command == 0x05:
            say(taken_back=int.from_bytes(text, "big"))
        else:
            say(strange=data.hex())

    def vend(self, slot):
        self.jobs.append((0x04, b"\1" + slot))
        self.jobs.append((0x04, bytes([self.status]) + slot))

    def order(self, words):
        numbers = [int(word) for word in words[1:]]
        if words[0] == "price":
            self.prices[numbers[0]] = numbers[1]
        elif words[0] == "press":
            self.jobs.append((0x05, numbers[0].to_bytes(2, "big")))
        elif words[0] == "status":
            self.status = numbers[0]
        elif words[0] == "deaf":
            self.deaf = numbers[0]
        elif words[0] == "mute":
            self.mute = numbers[0]
        elif words[0] == "odd":
            self.odd = True
        elif words[0] == "figures":
            worst = max(self.answers) * 1000 if self.answers else 0
            say(polls=self.polls, answered=len(self.answers), worst_ms=round(worst, 1))

    def run(self):
        orders = b""
        while True:
            began = time.monotonic()
            if self.jobs:
                self.send(*self.jobs.popleft())
            else:
                self.poll()
            while True:
                left = POLL_EVERY - (time.monotonic() - began)
                ready, _, _ = select.select([0], [], [], max(0, left))
                if not ready:
                    break
                read = os.read(0, 4096)
                if not read:
                    return
                orders += read
                *lines, orders = orders.split(b"\n")
                for line in lines:
                    self.order(line.decode().split())


if __name__ == "__main__":
    Machine().run()
