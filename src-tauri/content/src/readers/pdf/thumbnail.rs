//! A picture of the first page.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use crate::limits::MAX_THUMBNAIL_EDGE;
use crate::readers::picture;

/// A PNG of the first page whose longer edge is `max_px` pixels.
pub(super) fn first_page(pdf: &Pdf, max_px: u32) -> Option<Vec<u8>> {
    let edge = max_px.clamp(16, MAX_THUMBNAIL_EDGE);
    let page = pdf.pages().first()?;
    let (width, height) = page.render_dimensions();
    let longer = width.max(height);
    if !longer.is_finite() || longer < 1.0 || width.min(height) <= 0.0 {
        return None;
    }
    #[allow(clippy::cast_precision_loss)]
    let edge = edge as f32;
    // A strip of a page still gets a picture of at least one pixel across.
    let scale = |side: f32| (edge / longer).max(1.5 / side);
    let pixmap = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings {
            // Letters a few pixels high are greeked by the eye anyway.
            hinting: false,
            ..RenderSettings::default()
        },
        &PixmapSettings {
            x_scale: scale(width),
            y_scale: scale(height),
            bg_color: WHITE,
        },
    );
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    // On a white ground every pixel is opaque, so premultiplied colours are the colours.
    picture::png(width, height, pixmap.data_as_u8_slice())
}
