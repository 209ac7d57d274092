#!/usr/bin/env python3
"""A program with a tunnel inside, by ctypes: runs until SIGINT or SIGTERM, prints its statistics.

    sudo python3 tunnel.py main.yml [libpenstock.so]
"""
import ctypes
import json
import signal
import sys

LOG = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p)
PROTECT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class Options(ctypes.Structure):
    """struct penstock_options of penstock.h"""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("context", ctypes.c_void_p),
        ("log", LOG),
        ("protect", PROTECT),
        ("tun_fd", ctypes.c_int),
        ("reserved", ctypes.c_int),
    ]


def text_of(function, *arguments):
    """What a function writes that returns the length of its text."""
    length = function(*arguments, None, 0)
    if length < 0:
        raise RuntimeError(f"{function.__name__}: {length}")
    buffer = ctypes.create_string_buffer(length + 1)
    function(*arguments, buffer, length + 1)
    return buffer.value.decode()


def main(arguments):
    library = ctypes.CDLL(arguments[2] if len(arguments) > 2 else "libpenstock.so")
    library.penstock_statistics.restype = ctypes.c_long
    library.penstock_last_error.restype = ctypes.c_long
    library.penstock_statistics.argtypes = [ctypes.c_int64, ctypes.c_char_p, ctypes.c_size_t]
    library.penstock_last_error.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    library.penstock_stop.argtypes = [ctypes.c_int64]
    library.penstock_free.argtypes = [ctypes.c_int64]

    # Both functions are kept for as long as the tunnel may call them.
    log = LOG(lambda context, level, line: print(line.decode(), file=sys.stderr))
    sockets = []
    protect = PROTECT(lambda context, socket: sockets.append(socket) or 0)
    options = Options(ctypes.sizeof(Options), None, log, protect, -1, 0)
    tunnel = ctypes.c_int64()

    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    if library.penstock_start_file(arguments[1].encode(), ctypes.byref(options), ctypes.byref(tunnel)) != 0:
        print(text_of(library.penstock_last_error), file=sys.stderr)
        return 1
    print("running", flush=True)
    signal.sigwait(signals)
    library.penstock_stop(tunnel)
    total = json.loads(text_of(library.penstock_statistics, tunnel))["total"]
    print(f"{total['bytes_from_tun']} bytes from the device, {total['bytes_to_tun']} bytes to it, {len(sockets)} sockets")
    library.penstock_free(tunnel)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv) if len(sys.argv) > 1 else __doc__)
