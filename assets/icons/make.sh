#!/bin/sh
# Draws every icon of the product from qalam.svg.
# Needs rsvg-convert, ImageMagick's convert and python3; the results are kept beside this file.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for size in 16 24 32 48 64 128 256 512 1024; do
  rsvg-convert --width "$size" --height "$size" qalam.svg --output "$work/$size.png"
  # The same bytes on every run: no dates inside, and 8-bit RGBA as the bundler asks.
  convert "$work/$size.png" -strip -define png:exclude-chunks=date,time -define png:color-type=6 -depth 8 "PNG32:$work/$size.png"
done
cp "$work/32.png" 32x32.png
cp "$work/128.png" 128x128.png
cp "$work/256.png" 128x128@2x.png
cp "$work/512.png" icon.png
convert "$work/16.png" "$work/24.png" "$work/32.png" "$work/48.png" "$work/64.png" "$work/256.png" icon.ico
python3 - "$work" <<'PY'
# The Apple container: the word "icns", the whole length, then one (type, length, PNG) after another.
import struct, sys
work = sys.argv[1]
kinds = [(b"icp4", 16), (b"icp5", 32), (b"icp6", 64), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512), (b"ic10", 1024)]
body = b""
for kind, size in kinds:
    with open(f"{work}/{size}.png", "rb") as picture:
        data = picture.read()
    body += kind + struct.pack(">I", len(data) + 8) + data
with open("icon.icns", "wb") as out:
    out.write(b"icns" + struct.pack(">I", len(body) + 8) + body)
PY
