"""Reads a WAV file by Python's own module. Prints its format and its samples, as JSON."""

import json
import struct
import sys
import wave

with wave.open(sys.argv[1], "rb") as sound:
    frames = sound.getnframes()
    data = sound.readframes(frames)
    whole = {
        "channels": sound.getnchannels(),
        "bytes": sound.getsampwidth(),
        "rate": sound.getframerate(),
        "frames": frames,
        "samples": list(struct.unpack("<%dh" % (len(data) // 2), data)),
    }
print(json.dumps(whole))
