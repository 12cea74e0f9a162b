//! The picture: its pixels are where they belong and have the colours they have.

use super::*;

fn smooth() -> Display {
    Display { sampling: Sampling::Smooth, ..Display::default() }
}

#[test]
fn enlarged_eight_times_each_image_pixel_is_an_exact_square() {
    let picture = picture_of(5, 3, noise);
    let drawn = view(Point::ORIGIN, 8.0, 40, 24).with_picture(&picture).draw();
    for (at, color) in pixels(&drawn) {
        assert_eq!(Some(color), picture.pixel(at.x as u32 / 8, at.y as u32 / 8), "{at:?}");
    }
}

#[test]
fn at_any_zoom_a_screen_pixel_shows_the_image_pixel_under_its_centre() {
    let picture = picture_of(40, 30, noise);
    for zoom in [1.0, 1.37, 2.5, 11.3] {
        let frame = view(Point::new(-1.3, 2.7), zoom, 61, 43).with_picture(&picture);
        for (at, color) in pixels(&frame.draw()) {
            let Point { x, y } = frame.camera.image_from_screen(at);
            let is_ambiguous = (x - x.round()).abs().min((y - y.round()).abs()) < 1e-4;
            if !is_ambiguous {
                // The cast of a negative number to u32 would saturate to the first column.
                let expected = if x < 0.0 || y < 0.0 { None } else { picture.pixel(x as u32, y as u32) };
                assert_eq!(color, expected.unwrap_or(BLACK), "{at:?} at zoom {zoom}");
            }
        }
    }
}

#[test]
fn at_full_size_every_byte_is_that_of_the_file_smooth_or_not_across_tiles() {
    let picture = picture_of(1100, 2100, noise);
    for display in [Display::default(), smooth()] {
        let drawn = view(Point::ORIGIN, 1.0, 1100, 2100).with_picture(&picture).with_display(display).draw();
        assert!(drawn == picture);
    }
}

#[test]
fn smooth_enlargement_shows_no_seam_between_tiles() {
    // Tiles meet at column 1022.
    let picture = picture_of(1030, 4, |x, _| [(x as u8).wrapping_mul(37), 0, 0, 255]);
    let drawn =
        view(Point::new(1018.0, 1.0), 2.0, 16, 2).with_picture(&picture).with_display(smooth()).draw();
    for (x, red) in (0..16).zip(reds_of_row(&drawn, 0)) {
        let at = 1018.0 + (f64::from(x) + 0.5) / 2.0 - 0.5;
        let texel = |x: u32| f64::from(picture.pixel(x, 0).expect("inside")[0]);
        let expected = texel(at as u32) * (1.0 - at.fract()) + texel(at as u32 + 1) * at.fract();
        assert!((f64::from(red) - expected).abs() <= 1.5, "column {x}: {red} is not {expected}");
    }
}

#[test]
fn a_picture_far_from_the_origin_of_its_tiles_is_still_exact() {
    let picture = picture_of(1, 9000, noise);
    let drawn = view(Point::new(0.0, 8990.0), 8.0, 8, 80).with_picture(&picture).draw();
    for (at, color) in pixels(&drawn) {
        assert_eq!(Some(color), picture.pixel(0, 8990 + at.y as u32 / 8), "{at:?}");
    }
}

#[test]
fn a_reduced_picture_is_averaged_and_does_not_shimmer() {
    let fine = picture_of(512, 512, |x, y| if (x + y) % 2 == 0 { [255; 4] } else { BLACK });
    for zoom in [0.5, 0.31, 0.125, 0.03] {
        for shift in [0.0, 0.3, 0.77] {
            let frame = view(Point::new(100.0 + shift / zoom, 100.0), zoom, 6, 6).with_picture(&fine);
            let drawn = frame.draw();
            assert!(pixels(&drawn).all(|(_, color)| color[0].abs_diff(128) <= 1), "zoom {zoom}");
        }
    }
}

#[test]
fn a_reduced_picture_ends_where_its_full_size_ends() {
    // 1025 is odd at every level, so the last texel of each reaches beyond the picture.
    let picture = Picture::filled(Size::new(1025, 25), [200, 10, 10, 255]);
    let drawn = view(Point::ORIGIN, 1.0 / 16.0, 80, 1).with_picture(&picture).draw();
    let reds = reds_of_row(&drawn, 0);
    assert!(reds[..64].iter().all(|&red| red == 200) && reds[65..].iter().all(|&red| red == 0), "{reds:?}");
}

#[test]
fn transparent_pixels_show_the_checkerboard() {
    let picture = picture_of(32, 16, |x, _| if x < 16 { [255, 0, 0, 0] } else { [255, 0, 0, 128] });
    let drawn = view(Point::ORIGIN, 1.0, 32, 16).with_picture(&picture).draw();
    let is_light = |x: u32, y: u32| (x / 8 + y / 8).is_multiple_of(2);
    for (at, color) in pixels(&drawn) {
        let (x, y) = (at.x as u32, at.y as u32);
        let under = if is_light(x, y) { 255.0 } else { 204.0 };
        let share = if x < 16 { 0.0 } else { 128.0 / 255.0 };
        let mixed = |over: f64| (under * (1.0 - share) + over * share).round() as u8;
        assert_close(color, [mixed(255.0), mixed(0.0), mixed(0.0), 255], &format!("{at:?}"));
    }
}

#[test]
fn brightness_contrast_and_gamma_change_what_is_seen() {
    let picture = Picture::filled(Size::new(2, 2), [64, 128, 192, 255]);
    let frame = view(Point::ORIGIN, 1.0, 2, 2).with_picture(&picture);
    let shown = |display: Display| frame.clone().with_display(display).draw().pixel(0, 0).expect("inside");
    let neutral = Display::default();
    assert_eq!(shown(neutral), [64, 128, 192, 255]);
    assert_close(shown(Display { brightness: 0.2, ..neutral }), [115, 179, 243, 255], "brightness");
    assert_close(shown(Display { contrast: 2.0, ..neutral }), [1, 129, 255, 255], "contrast");
    assert_close(shown(Display { gamma: 2.0, ..neutral }), [128, 181, 221, 255], "gamma");
}

#[test]
fn the_pixel_grid_is_one_crisp_screen_pixel_wide() {
    let picture = Picture::filled(Size::new(3, 3), [100, 100, 100, 255]);
    let frame = view(Point::ORIGIN, 16.0, 48, 48).with_picture(&picture);
    for (at, color) in pixels(&frame.draw()) {
        let is_line = (at.x as u32).is_multiple_of(16) || (at.y as u32).is_multiple_of(16);
        assert_eq!(color != [100, 100, 100, 255], is_line, "{at:?}");
    }
    let plain = frame.with_display(Display { pixel_grid: false, ..Display::default() }).draw();
    assert!(pixels(&plain).all(|(_, color)| color == [100, 100, 100, 255]));
}
