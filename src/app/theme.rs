//! How everything looks: the only file with colours, sizes and fonts of the window.
//!
//! Widgets take their looks from the style that [`install`] sets; what is drawn by hand takes its colours from
//! [`Tokens`]. Distances come in steps of 4 points. Text and controls keep a contrast of at least 4.5 to 1.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke,
    TextStyle, Theme, Visuals, vec2,
};
use serde::{Deserialize, Serialize};

use super::icons::icon;

/// Whether the window is light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the system is.
    System,
    /// Always dark: pictures stand out.
    #[default]
    Dark,
    /// Always light.
    Light,
}

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tokens {
    /// Behind the picture.
    pub canvas: Color32,
    /// Panels and bars.
    pub panel: Color32,
    /// Cards, fields and other things that lie on a panel.
    pub raised: Color32,
    /// What is under the pointer.
    pub hovered: Color32,
    /// What is pressed.
    pub pressed: Color32,
    /// Thin lines between things.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Text of less weight.
    pub text_weak: Color32,
    /// What is chosen, and what one should press next.
    pub accent: Color32,
    /// Behind what is chosen.
    pub accent_soft: Color32,
    /// Text on [`Tokens::accent`].
    pub on_accent: Color32,
    /// Good news.
    pub success: Color32,
    /// Something to look at.
    pub warning: Color32,
    /// Something that failed.
    pub error: Color32,
}

const DARK: Tokens = Tokens {
    canvas: Color32::from_rgb(0x12, 0x13, 0x16),
    panel: Color32::from_rgb(0x1c, 0x1e, 0x22),
    raised: Color32::from_rgb(0x26, 0x29, 0x2e),
    hovered: Color32::from_rgb(0x30, 0x34, 0x3a),
    pressed: Color32::from_rgb(0x3a, 0x3f, 0x47),
    line: Color32::from_rgb(0x33, 0x37, 0x3d),
    text: Color32::from_rgb(0xe8, 0xea, 0xed),
    text_weak: Color32::from_rgb(0x9d, 0xa4, 0xae),
    accent: Color32::from_rgb(0x4c, 0x9a, 0xff),
    accent_soft: Color32::from_rgb(0x23, 0x3a, 0x58),
    on_accent: Color32::from_rgb(0x06, 0x14, 0x2b),
    success: Color32::from_rgb(0x4b, 0xc9, 0x8b),
    warning: Color32::from_rgb(0xf2, 0xb2, 0x4c),
    error: Color32::from_rgb(0xff, 0x7b, 0x72),
};

const LIGHT: Tokens = Tokens {
    canvas: Color32::from_rgb(0xdf, 0xe2, 0xe6),
    panel: Color32::from_rgb(0xf7, 0xf8, 0xfa),
    raised: Color32::from_rgb(0xff, 0xff, 0xff),
    hovered: Color32::from_rgb(0xe9, 0xec, 0xf1),
    pressed: Color32::from_rgb(0xdb, 0xe0, 0xe8),
    line: Color32::from_rgb(0xd5, 0xd9, 0xe0),
    text: Color32::from_rgb(0x1b, 0x1f, 0x24),
    text_weak: Color32::from_rgb(0x5a, 0x63, 0x70),
    accent: Color32::from_rgb(0x15, 0x63, 0xd6),
    accent_soft: Color32::from_rgb(0xd6, 0xe5, 0xfc),
    on_accent: Color32::from_rgb(0xff, 0xff, 0xff),
    success: Color32::from_rgb(0x12, 0x7a, 0x4a),
    warning: Color32::from_rgb(0x95, 0x5b, 0x00),
    error: Color32::from_rgb(0xc0, 0x2b, 0x22),
};

impl Tokens {
    /// The colours of the theme that is shown.
    pub fn of(ui: &egui::Ui) -> Self {
        if ui.visuals().dark_mode { DARK } else { LIGHT }
    }

    /// The colours of a theme.
    pub fn of_theme(theme: Theme) -> Self {
        match theme {
            Theme::Dark => DARK,
            Theme::Light => LIGHT,
        }
    }
}

/// Rounding of panels' contents, fields and buttons, points.
pub const RADIUS: u8 = 6;
/// Height of a row in a list, points.
pub const ROW_HEIGHT: f32 = 28.0;
/// Width of the panel at the right, points.
pub const SIDE_PANEL_WIDTH: f32 = 288.0;
/// Width of the tool strip, points.
pub const TOOL_STRIP_WIDTH: f32 = 48.0;
/// Size of icons in text and on small buttons, points.
pub const ICON_SIZE: f32 = 17.0;

/// The font family of semibold text.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// The font of icons.
pub fn icon_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name("icons".into()))
}

/// An icon as text for buttons and labels.
pub fn icon_text(name: &str) -> egui::RichText {
    egui::RichText::new(icon(name)).font(icon_font(ICON_SIZE))
}

/// A heading of a panel.
pub fn heading(text: &str) -> egui::RichText {
    egui::RichText::new(text).font(FontId::new(13.0, semibold()))
}

/// Sets fonts and styles. Call it once.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| set_style(style, theme));
    }
}

/// Shows a theme.
pub fn choose(ctx: &egui::Context, choice: ThemeChoice) {
    ctx.set_theme(match choice {
        ThemeChoice::System => egui::ThemePreference::System,
        ThemeChoice::Dark => egui::ThemePreference::Dark,
        ThemeChoice::Light => egui::ThemePreference::Light,
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let files: [(&str, &[u8]); 3] = [
        ("inter", include_bytes!("../../assets/fonts/Inter-Regular.otf")),
        ("inter-semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
        ("phosphor", include_bytes!("../../assets/fonts/Phosphor.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let defaults = fonts.families.entry(FontFamily::Proportional).or_default();
    // The fonts that egui brings know the signs that Inter does not.
    defaults.insert(0, "inter".to_owned());
    let mut with_semibold = defaults.clone();
    with_semibold[0] = "inter-semibold".to_owned();
    fonts.families.insert(semibold(), with_semibold);
    fonts.families.insert(FontFamily::Name("icons".into()), vec!["phosphor".to_owned()]);
    fonts
}

fn set_style(style: &mut egui::Style, theme: Theme) {
    let size = |size: f32| FontId::proportional(size);
    style.text_styles = [
        (TextStyle::Small, size(11.5)),
        (TextStyle::Body, size(13.0)),
        (TextStyle::Button, size(13.0)),
        (TextStyle::Heading, FontId::new(18.0, semibold())),
        (TextStyle::Monospace, FontId::monospace(12.5)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 6.0);
    spacing.button_padding = vec2(10.0, 5.0);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(16);
    spacing.interact_size = vec2(28.0, ROW_HEIGHT);
    spacing.icon_width = 16.0;
    spacing.combo_width = 120.0;
    spacing.scroll = egui::style::ScrollStyle::thin();
    style.animation_time = 0.08;
    style.visuals = visuals(theme);
    style.interaction.tooltip_delay = 0.4;
}

fn visuals(theme: Theme) -> Visuals {
    let tokens = Tokens::of_theme(theme);
    let mut visuals = match theme {
        Theme::Dark => Visuals::dark(),
        Theme::Light => Visuals::light(),
    };
    let radius = CornerRadius::same(RADIUS);
    visuals.panel_fill = tokens.panel;
    visuals.window_fill = tokens.panel;
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.extreme_bg_color = tokens.raised;
    visuals.faint_bg_color = tokens.raised;
    visuals.code_bg_color = tokens.raised;
    visuals.weak_text_color = Some(tokens.text_weak);
    visuals.hyperlink_color = tokens.accent;
    visuals.warn_fg_color = tokens.warning;
    visuals.error_fg_color = tokens.error;
    visuals.selection.bg_fill = tokens.accent_soft;
    visuals.selection.stroke = Stroke::new(1.0, tokens.text);
    let shadow = Shadow { offset: [0, 6], blur: 24, spread: 0, color: Color32::from_black_alpha(70) };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    let states = [
        (&mut visuals.widgets.noninteractive, tokens.panel, tokens.line, tokens.text),
        (&mut visuals.widgets.inactive, tokens.raised, tokens.line, tokens.text),
        (&mut visuals.widgets.hovered, tokens.hovered, tokens.text_weak, tokens.text),
        (&mut visuals.widgets.active, tokens.pressed, tokens.accent, tokens.text),
        (&mut visuals.widgets.open, tokens.hovered, tokens.accent, tokens.text),
    ];
    for (widget, fill, line, text) in states {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, line);
        widget.fg_stroke = Stroke::new(1.0, text);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours, 1 to 21 (WCAG 2.1, "contrast ratio").
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |color: Color32| {
            let [r, g, b, _] = egui::Rgba::from(color).to_array();
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_in_both_themes() {
        for tokens in [DARK, LIGHT] {
            for text in [tokens.text, tokens.text_weak, tokens.error, tokens.warning, tokens.success] {
                for ground in [tokens.panel, tokens.raised] {
                    assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
                }
            }
            assert!(contrast(tokens.on_accent, tokens.accent) >= 4.5);
            assert!(contrast(tokens.text, tokens.accent_soft) >= 4.5);
        }
    }
}
