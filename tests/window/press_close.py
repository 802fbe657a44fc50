"""Sends WM_DELETE_WINDOW to the visible window of a process, as the close button does; with `look`
only says whether there is one. Tests run on a display without a window manager."""

import ctypes
import sys
from ctypes import POINTER, byref, c_int, c_long, c_ubyte, c_uint, c_ulong, c_void_p

x11 = ctypes.CDLL("libX11.so.6")
x11.XOpenDisplay.restype = c_void_p
x11.XDefaultRootWindow.argtypes = [c_void_p]
x11.XDefaultRootWindow.restype = c_ulong
x11.XInternAtom.argtypes = [c_void_p, ctypes.c_char_p, c_int]
x11.XInternAtom.restype = c_ulong


class Attributes(ctypes.Structure):
    _fields_ = [("head", c_int * 6), ("visual", c_void_p), ("root", c_ulong), ("rest", c_int * 4),
                ("planes", c_ulong * 2), ("save_under", c_int), ("colormap", c_ulong),
                ("installed", c_int), ("map_state", c_int), ("masks", c_long * 3),
                ("redirect", c_int), ("screen", c_void_p)]


class Message(ctypes.Structure):
    _fields_ = [("type", c_int), ("serial", c_ulong), ("send_event", c_int), ("display", c_void_p),
                ("window", c_ulong), ("message_type", c_ulong), ("format", c_int),
                ("data", c_long * 5), ("room", c_long * 24)]


# Windows of other programs vanish while they are looked through; Xlib would end this one for that.
PASS_OVER = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)(lambda _display, _error: 0)
x11.XSetErrorHandler(PASS_OVER)
display = x11.XOpenDisplay(None)


def atom(name):
    return x11.XInternAtom(display, name, 0)


def number(window, name):
    kind, form, count, left = c_ulong(), c_int(), c_ulong(), c_ulong()
    data = POINTER(c_ubyte)()
    x11.XGetWindowProperty(c_void_p(display), c_ulong(window), c_ulong(atom(name)), c_long(0),
                           c_long(1), 0, c_ulong(0), byref(kind), byref(form), byref(count),
                           byref(left), byref(data))
    if not count.value:
        return None
    return ctypes.cast(data, POINTER(c_ulong))[0]


def windows(of):
    root, parent, children, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
    if not x11.XQueryTree(c_void_p(display), c_ulong(of), byref(root), byref(parent),
                          byref(children), byref(count)):
        return
    for at in range(count.value):
        yield children[at]
        yield from windows(children[at])


def shown(window):
    facts = Attributes()
    found = x11.XGetWindowAttributes(c_void_p(display), c_ulong(window), byref(facts))
    return found != 0 and facts.map_state == 2


pid = int(sys.argv[1])
found = [one for one in windows(x11.XDefaultRootWindow(display))
         if number(one, b"_NET_WM_PID") == pid and number(one, b"WM_PROTOCOLS") and shown(one)]
if not found:
    sys.exit(1)
if len(sys.argv) < 3:
    message = Message(type=33, send_event=1, display=display, window=found[0],
                      message_type=atom(b"WM_PROTOCOLS"), format=32)
    message.data[0] = atom(b"WM_DELETE_WINDOW")
    x11.XSendEvent(c_void_p(display), c_ulong(found[0]), 0, c_long(0), byref(message))
    x11.XSync(c_void_p(display), 0)
