//! Pictures: size, a small version, and a copy without hidden facts about people and places.

mod exif;
mod strip;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::facts::{Facts, Found, Origin, State, Warning, warning};
use super::{is_junk_title, people, tidy_title};
use crate::limits::{MAX_PICTURE_ALLOC, MAX_PICTURE_PIXELS, MAX_THUMBNAIL_EDGE};
use crate::problem::{Problem, code};

/// What a picture is.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureFacts {
    /// Width in pixels as shown (turned upright), 0 when unknown.
    pub width: u32,
    /// Height in pixels as shown, 0 when unknown.
    pub height: u32,
    /// It carries hidden properties (camera, place, time) beyond how it is turned.
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
        has_metadata: contained(|| strip::has_more_than_orientation(bytes)).unwrap_or(true),
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

/// The same picture without hidden properties (place, camera, time): every byte of the picture
/// itself stays, and so does the way it is turned. `None` when there is nothing to take out or
/// the file is not whole.
#[must_use]
pub fn without_metadata(bytes: &[u8]) -> Option<Vec<u8>> {
    contained(|| strip::cleaned(bytes)).flatten()
}

/// What a picture says about itself beside its pixels.
#[must_use]
pub fn facts(bytes: &[u8]) -> Facts {
    let mut facts = Facts {
        state: State::Other,
        problems: describe(bytes).problems,
        ..Facts::default()
    };
    let hidden = contained(|| strip::hidden(bytes)).unwrap_or_default();
    facts.title = hidden
        .title
        .and_then(|title| tidy_title(&title))
        .filter(|title| !is_junk_title(title) && !exif::is_of_a_camera(title))
        .map(|title| Found::new(title, Origin::Exif, 60));
    let names = hidden.artist.map(|artist| people::split(&artist));
    facts.authors = names
        .filter(|names| !names.is_empty())
        .map(|names| Found::new(names, Origin::Exif, 60));
    facts.year = hidden.year.map(|year| Found::new(year, Origin::Exif, 65));
    if hidden.has_position {
        facts.warnings.push(Warning::of_file(warning::POSITION));
    }
    facts
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
    // The decoder makes room for what a part says of its own length, up to 4 GiB.
    if !strip::fits(bytes) {
        return None;
    }
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
pub(crate) fn upright(bytes: &[u8]) -> Option<DynamicImage> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(format: ImageFormat) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(40, 20, |x, y| image::Rgb([x as u8, y as u8, 7]));
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// A JPEG that says in its properties that it has to be turned, where and when it was taken.
    fn turned_jpeg() -> Vec<u8> {
        let plain = sample(ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x03\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x01\x32\0\x02\0\0\0\x14\0\0\0\x44\x88\x25\0\x04\0\0\0\x01\0\0\0\x32\0\0\0\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0\x32021:03:04 10:00:00\0"
            .to_vec();
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut out = vec![0xFF, 0xD8, 0xFF, 0xE1, length[0], length[1]];
        out.append(&mut exif);
        out.extend_from_slice(&plain[2..]);
        // Some cameras put a second picture with its own properties behind the first.
        out.extend_from_slice(b"\xFF\xD8\xFF\xE1\0\x08Exif\0\0\xFF\xD9");
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
    fn properties_are_taken_out_without_touching_the_picture() {
        let facts = facts(&turned_jpeg());
        assert_eq!(facts.warnings[0].code, "position");
        assert_eq!(facts.year.unwrap().value, 2021);
        let clean = without_metadata(&turned_jpeg()).unwrap();
        let about = describe(&clean);
        assert_eq!(
            (about.width, about.height, about.has_metadata),
            (20, 40, false)
        );
        assert!(!clean.windows(4).any(|part| part == b"2021"));
        // What is left is the plain file with the way it is turned.
        let plain = sample(ImageFormat::Jpeg);
        assert!(clean.ends_with(&plain[20..]));
        assert_eq!(without_metadata(&clean), None);
        assert_eq!(without_metadata(&plain), None);
    }

    #[test]
    fn a_webp_whose_part_claims_more_than_the_file_is_not_decoded() {
        let simple = sample(ImageFormat::WebP);
        let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x08\0\0\0\x27\0\0\x13\0\0".to_vec();
        webp.extend_from_slice(&simple[12..]);
        webp.extend_from_slice(b"EXIF\xee\0\xff\xffMM");
        let size = u32::try_from(webp.len() - 8).unwrap().to_le_bytes();
        webp[4..8].copy_from_slice(&size);
        assert_eq!(describe(&webp).problems[0].code, code::PICTURE_UNREADABLE);
        assert!(thumbnail(&webp, 100).is_none());
    }

    #[test]
    fn texts_in_png_and_webp_are_taken_out() {
        let plain = sample(ImageFormat::Png);
        let mut png = plain[..33].to_vec();
        png.extend_from_slice(b"\0\0\0\x05tEXtA\0bcd\0\0\0\0");
        png.extend_from_slice(&plain[33..]);
        assert!(describe(&png).has_metadata);
        assert_eq!(without_metadata(&png).unwrap(), plain);

        let simple = sample(ImageFormat::WebP);
        let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x08\0\0\0\x27\0\0\x13\0\0".to_vec();
        webp.extend_from_slice(&simple[12..]);
        webp.extend_from_slice(b"EXIF\x02\0\0\0MM");
        let size = u32::try_from(webp.len() - 8).unwrap().to_le_bytes();
        webp[4..8].copy_from_slice(&size);
        assert!(describe(&webp).has_metadata);
        let clean = without_metadata(&webp).unwrap();
        assert_eq!(
            (describe(&clean).width, describe(&clean).has_metadata),
            (40, false)
        );
        assert_eq!(clean[20], 0);
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
