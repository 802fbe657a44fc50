//! Pictures: smaller, upright, without hidden properties.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{NotSlimmed, Slimmed, is_worth_it, report};
use crate::readers::picture::{describe, upright};

/// How small pictures are made.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureRule {
    /// Longest edge in pixels.
    pub max_edge: u32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
}

impl Default for PictureRule {
    /// Sharp on a large screen, about 300 kB for a photograph.
    fn default() -> Self {
        Self {
            max_edge: 1_600,
            quality: 80,
        }
    }
}

/// A smaller copy of a JPEG, PNG or WebP picture in the same format. Drawings (PNG, WebP without
/// loss) stay without loss and are only made smaller.
///
/// # Errors
/// Why there is none, see [`NotSlimmed`].
pub fn picture(bytes: &[u8], rule: PictureRule) -> Result<Slimmed, NotSlimmed> {
    catch_unwind(AssertUnwindSafe(|| smaller(bytes, rule))).unwrap_or(Err(NotSlimmed::Unreadable))
}

fn smaller(bytes: &[u8], rule: PictureRule) -> Result<Slimmed, NotSlimmed> {
    let format = image::guess_format(bytes).map_err(|_| NotSlimmed::Unreadable)?;
    let whole = upright(bytes).ok_or(NotSlimmed::Unreadable)?;
    let size_before = (whole.width(), whole.height());
    let edge = rule.max_edge.clamp(64, 16_384);
    let resized = size_before.0.max(size_before.1) > edge;
    let small = if resized {
        whole.resize(edge, edge, FilterType::CatmullRom)
    } else {
        whole
    };
    let size_after = (small.width(), small.height());
    let mut out = Cursor::new(Vec::new());
    let written = match format {
        ImageFormat::Jpeg => {
            let quality = rule.quality.clamp(30, 100);
            let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, quality);
            small.to_rgb8().write_with_encoder(encoder)
        }
        ImageFormat::Png => {
            let encoder = image::codecs::png::PngEncoder::new_with_quality(
                &mut out,
                image::codecs::png::CompressionType::Best,
                image::codecs::png::FilterType::Adaptive,
            );
            fewest_channels(small).write_with_encoder(encoder)
        }
        ImageFormat::WebP => small.write_to(&mut out, ImageFormat::WebP),
        _ => return Err(NotSlimmed::Unreadable),
    };
    written.map_err(|_| NotSlimmed::Unreadable)?;
    let out = out.into_inner();
    if !is_worth_it(bytes.len(), out.len()) {
        return Err(NotSlimmed::NoGain);
    }
    let lossless = !resized && format == ImageFormat::Png;
    let mut report = report(bytes.len(), out.len(), lossless);
    report.cleaned = describe(bytes).has_metadata;
    report.size_before = Some(size_before);
    report.size_after = Some(size_after);
    Ok(Slimmed { bytes: out, report })
}

/// The same pixels without a channel that says nothing.
fn fewest_channels(picture: DynamicImage) -> DynamicImage {
    let opaque = picture
        .as_rgba8()
        .is_some_and(|pixels| pixels.pixels().all(|pixel| pixel.0.last() == Some(&255)));
    if opaque {
        DynamicImage::ImageRgb8(picture.to_rgb8())
    } else {
        picture
    }
}
