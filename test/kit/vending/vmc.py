"""A VTK vending machine for tests, written from the description of the bytes alone, in another language than the driver.

It does what it reads on its standard input, a command a
line; what it hears from the terminal goes to its standard output, a message a line: name, then tag=value.

  dial PORT       hang up, if need be, and dial 127.0.0.1:PORT
  hang            hang up
  idle            IDL; the number in the answer is where it counts on from
  buy AMOUNT ID NAME   VRP under the next number
  again           the last VRP once more, byte for byte
  done            FIN with the amount of the last VRP
  jam             FIN with the amount 0
  abort           ABR
  reset           forget the number, as one that counts by itself does at each power-up
"""

import socket
import struct
import sys
import threading

MACHINE, TERMINAL = 0x96FB, 0x97FB


def field(tag, text):
    value = text.encode("ascii")
    assert len(value) < 128
    return bytes([tag, len(value)]) + value


def message(name, *fields):
    body = field(1, name) + b"".join(fields)
    return struct.pack(">HH", len(body) + 2, MACHINE) + body


class Machine:
    def __init__(self):
        self.link = None
        self.number = 0
        self.request = None
        self.item = None

    def dial(self, port):
        self.hang()
        self.link = socket.create_connection(("127.0.0.1", int(port)))
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self.listen, args=(self.link,), daemon=True).start()
        say("dialled")

    def hang(self):
        if self.link is None:
            return
        try:
            self.link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.link.close()
        self.link = None

    def listen(self, link):
        held = b""
        while True:
            try:
                more = link.recv(4096)
            except OSError:
                more = b""
            if not more:
                say("hungup")
                return
            held += more
            while len(held) >= 2 and len(held) >= 2 + struct.unpack(">H", held[:2])[0]:
                total = 2 + struct.unpack(">H", held[:2])[0]
                self.hear(held[:total])
                held = held[total:]

    def hear(self, frame):
        assert struct.unpack(">H", frame[2:4])[0] == TERMINAL, frame.hex()
        fields, at = {}, 4
        while at < len(frame):
            tag, length = frame[at], frame[at + 1]
            assert length < 128
            fields[tag] = frame[at + 2 : at + 2 + length].decode("ascii")
            at += 2 + length
        assert at == len(frame), frame.hex()
        if fields.get(1) == "IDL":
            self.number = int(fields[3])
        words = [fields.pop(1)] + ["%x=%s" % (tag, text) for tag, text in sorted(fields.items())]
        say(" ".join(words))

    def buy(self, amount, item, name):
        self.number += 1
        self.item = (amount, item)
        self.request = message(
            "VRP", field(3, str(self.number)), field(9, item), field(0x0F, name), field(4, amount)
        )
        self.link.sendall(self.request)

    def result(self, amount):
        self.link.sendall(
            message("FIN", field(3, str(self.number)), field(9, self.item[1]), field(4, amount))
        )

    def obey(self, command, *words):
        if command == "dial":
            self.dial(*words)
        elif command == "hang":
            self.hang()
        elif command == "idle":
            self.link.sendall(message("IDL"))
        elif command == "buy":
            self.buy(*words)
        elif command == "again":
            self.link.sendall(self.request)
        elif command == "done":
            self.result(self.item[0])
        elif command == "jam":
            self.result("0")
        elif command == "abort":
            self.link.sendall(message("ABR", field(3, str(self.number))))
        elif command == "reset":
            self.number = 0
        else:
            raise ValueError(command)


def say(text):
    with LOCK:
        print(text, flush=True)


LOCK = threading.Lock()

if __name__ == "__main__":
    machine = Machine()
    for line in sys.stdin:
        machine.obey(*line.split())
