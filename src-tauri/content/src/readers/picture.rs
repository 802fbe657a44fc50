//! Pictures: size, a small version, and a copy without hidden facts about people and places.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::limits::{MAX_PICTURE_ALLOC, MAX_PICTURE_PIXELS, MAX_THUMBNAIL_EDGE};
use crate::problem::{Problem, code};

/// What a picture is.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureFacts {
    /// Width in pixels as shown (turned upright), 0 when unknown.
    pub width: u32,
    /// Height in pixels as shown, 0 when unknown.
    pub height: u32,
    /// It carries a block of hidden properties (camera, place, time).
    pub has_metadata: bool,
    /// Findings.
    pub problems: Vec<Problem>,
}

/// Describes a JPEG, PNG or WebP picture. Only its head is read.
#[must_use]
pub fn describe(bytes: &[u8]) -> PictureFacts {
    let unreadable = || PictureFacts {
        problems: vec![Problem::new(code::PICTURE_UNREADABLE, "")],
        ..PictureFacts::default()
    };
    let Some(Some((width, height, turned))) = contained(|| {
        let mut decoder = reader(bytes)?.into_decoder().ok()?;
        let (width, height) = decoder.dimensions();
        Some((width, height, swaps_sides(orientation(&mut decoder))))
    }) else {
        return unreadable();
    };
    let (width, height) = if turned {
        (height, width)
    } else {
        (width, height)
    };
    let mut facts = PictureFacts {
        width,
        height,
        has_metadata: carries_metadata(bytes),
        problems: Vec::new(),
    };
    if u64::from(width) * u64::from(height) > MAX_PICTURE_PIXELS {
        facts
            .problems
            .push(Problem::new(code::PICTURE_TOO_LARGE, "").with("max", MAX_PICTURE_PIXELS));
    }
    facts
}

/// A PNG whose longer edge is at most `max_px` pixels.
#[must_use]
pub fn thumbnail(bytes: &[u8], max_px: u32) -> Option<Vec<u8>> {
    let edge = max_px.clamp(16, MAX_THUMBNAIL_EDGE);
    contained(|| {
        let picture = upright(bytes)?;
        let small = if picture.width().max(picture.height()) > edge {
            picture.thumbnail(edge, edge)
        } else {
            picture
        };
        let small = small.to_rgba8();
        png(small.width(), small.height(), small.as_raw())
    })
    .flatten()
}

/// The same picture without hidden properties (place, camera, time), turned upright. `None` when
/// there is nothing to take out or the picture cannot be decoded.
#[must_use]
pub fn without_metadata(bytes: &[u8]) -> Option<Vec<u8>> {
    if !carries_metadata(bytes) {
        return None;
    }
    contained(|| {
        let format = reader(bytes)?.format()?;
        let picture = upright(bytes)?;
        let mut out = Cursor::new(Vec::new());
        if format == ImageFormat::Jpeg {
            // High enough that a second saving is not seen.
            let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 92);
            picture.to_rgb8().write_with_encoder(encoder).ok()?;
        } else {
            picture.write_to(&mut out, format).ok()?;
        }
        Some(out.into_inner())
    })
    .flatten()
}

/// A PNG of RGBA pixels.
pub(super) fn png(width: u32, height: u32, rgba: &[u8]) -> Option<Vec<u8>> {
    let picture = image::RgbaImage::from_raw(width, height, rgba.to_vec())?;
    let mut out = Cursor::new(Vec::new());
    // Pages and photographs are opaque; without the fourth channel the file is smaller.
    if picture.pixels().all(|pixel| pixel.0.last() == Some(&255)) {
        DynamicImage::ImageRgba8(picture)
            .to_rgb8()
            .write_to(&mut out, ImageFormat::Png)
            .ok()?;
    } else {
        picture.write_to(&mut out, ImageFormat::Png).ok()?;
    }
    Some(out.into_inner())
}

fn contained<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PICTURE_ALLOC);
    reader.limits(limits);
    Some(reader)
}

fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

fn swaps_sides(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// Decodes a picture within the limits and turns it as it is meant to be seen.
fn upright(bytes: &[u8]) -> Option<DynamicImage> {
    let mut decoder = reader(bytes)?.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PICTURE_PIXELS {
        return None;
    }
    let orientation = orientation(&mut decoder);
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    Some(picture)
}

/// Whether a file holds a block of properties: EXIF or XMP.
fn carries_metadata(bytes: &[u8]) -> bool {
    // Blocks stand at the head, except in WebP and PNG, where they may come last.
    let window = 256 * 1024;
    let head = bytes.get(..window).unwrap_or(bytes);
    let tail = bytes
        .get(bytes.len().saturating_sub(window)..)
        .unwrap_or_default();
    let holds = |marker: &[u8]| {
        [head, tail]
            .iter()
            .any(|part| part.windows(marker.len()).any(|bytes| bytes == marker))
    };
    if bytes.starts_with(&[0xFF, 0xD8]) {
        holds(b"Exif\0") || holds(b"http://ns.adobe.com/xap/") || holds(b"Photoshop 3.0")
    } else if bytes.starts_with(&[0x89, b'P', b'N', b'G']) {
        [&b"eXIf"[..], b"iTXt", b"tEXt", b"zTXt"]
            .iter()
            .any(|marker| holds(marker))
    } else {
        bytes.starts_with(b"RIFF") && (holds(b"EXIF") || holds(b"XMP "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(format: ImageFormat) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(40, 20, |x, y| image::Rgb([x as u8, y as u8, 7]));
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// A JPEG that says in its properties that it has to be turned.
    fn turned_jpeg() -> Vec<u8> {
        let plain = sample(ImageFormat::Jpeg);
        let mut exif =
            b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut out = vec![0xFF, 0xD8, 0xFF, 0xE1, length[0], length[1]];
        out.append(&mut exif);
        out.extend_from_slice(&plain[2..]);
        out
    }

    #[test]
    fn pictures_are_described() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let facts = describe(&sample(format));
            assert_eq!(
                (facts.width, facts.height, facts.has_metadata),
                (40, 20, false)
            );
        }
        let facts = describe(&turned_jpeg());
        assert_eq!(
            (facts.width, facts.height, facts.has_metadata),
            (20, 40, true)
        );
        assert_eq!(
            describe(b"no picture").problems[0].code,
            "picture_unreadable"
        );
        assert_eq!(
            describe(&sample(ImageFormat::Png)[..20]).problems[0].code,
            "picture_unreadable"
        );
    }

    #[test]
    fn properties_are_taken_out_and_the_picture_turned() {
        let clean = without_metadata(&turned_jpeg()).unwrap();
        let facts = describe(&clean);
        assert_eq!(
            (facts.width, facts.height, facts.has_metadata),
            (20, 40, false)
        );
        assert_eq!(without_metadata(&sample(ImageFormat::Jpeg)), None);
    }

    #[test]
    fn thumbnails_fit() {
        let small = thumbnail(&sample(ImageFormat::Png), 16).unwrap();
        let facts = describe(&small);
        assert_eq!((facts.width, facts.height), (16, 8));
        assert_eq!(thumbnail(b"", 100), None);
    }

    #[test]
    fn an_absurd_size_is_not_decoded() {
        // A PNG head claiming 100,000 by 100,000 pixels.
        let mut png = sample(ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0]);
        let _ = describe(&png);
        assert_eq!(thumbnail(&png, 100), None);
    }
}
