use super::*;

/// Red grows with x, green with y.
fn ramp(width: u32, height: u32) -> Picture {
    let pixels: Vec<u8> =
        (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 7, 255])).collect();
    Picture::from_rgba(Size::new(width, height), pixels).unwrap()
}

fn plan(size: InputSize, fit: Fit, filter: Filter) -> Preparation {
    Preparation {
        input: "images".into(),
        element: Element::F32,
        layout: Layout::Nchw,
        size,
        fit,
        filter,
        is_bgr: false,
        mean: [0.0; 3],
        scale: [1.0; 3],
    }
}

fn whole(picture: &Picture) -> PixelRect {
    PixelRect::new(0, 0, picture.size().width, picture.size().height)
}

const GREY: Fit = Fit::Letterbox { anchor: Anchor::Center, padding: [114; 3] };

#[test]
fn a_letterbox_leads_there_and_back() {
    let picture = ramp(200, 100);
    let plan = plan(InputSize::Fixed(Size::new(64, 64)), GREY, Filter::Bilinear);
    let Prepared { tensor, placement } = plan.prepare(&picture, whole(&picture));
    assert_eq!(tensor.shape(), [1, 3, 64, 64]);
    assert_eq!((placement.offset.x, placement.offset.y), (0.0, 16.0));
    assert_eq!(tensor.data()[15 * 64], 114.0, "above the picture");
    assert!(tensor.data()[16 * 64] < 3.0, "its first pixel");
    let p = Point::new(123.0, 45.0);
    assert!(placement.to_picture(placement.to_input(p)).distance(p) < 1e-9);
    assert_eq!(placement.to_region(Point::new(-50.0, 90.0)), Point::new(0.0, 100.0));
}

#[test]
fn a_dynamic_input_is_no_larger_than_it_must_be() {
    let size = InputSize::Longest { longest: 640, multiple: 32 };
    assert_eq!(size.of(Size::new(810, 1080)), Size::new(480, 640));
    assert_eq!(size.of(Size::new(4000, 3000)), Size::new(640, 480));
}

#[test]
fn the_part_of_a_picture_is_what_it_would_be_alone() {
    let picture = ramp(100, 80);
    let part = PixelRect::new(30, 20, 40, 40);
    for filter in [Filter::Bilinear, Filter::Triangle] {
        let plan = plan(InputSize::Fixed(Size::new(20, 20)), Fit::Stretch, filter);
        let Prepared { tensor, placement } = plan.prepare(&picture, part);
        // The centre of an input pixel is the mean of the two pixels that it covers.
        assert!((tensor.data()[10] - 50.5).abs() <= 0.5, "{filter:?}");
        assert!((tensor.data()[400 + 10 * 20] - 40.5).abs() <= 0.5, "{filter:?}");
        assert_eq!(placement.to_picture(Point::new(10.0, 0.0)), Point::new(50.0, 20.0));
    }
}

#[test]
fn shrinking_averages_or_picks_as_the_filter_says() {
    let stripes: Vec<u8> =
        (0..64 * 64).flat_map(|i| if i % 8 == 0 { [255; 4] } else { [0, 0, 0, 255] }).collect();
    let picture = Picture::from_rgba(Size::new(64, 64), stripes).unwrap();
    let mean = |filter| {
        let plan = plan(InputSize::Fixed(Size::new(8, 8)), Fit::Stretch, filter);
        let prepared = plan.prepare(&picture, whole(&picture));
        prepared.tensor.data().iter().sum::<f32>() / prepared.tensor.data().len() as f32
    };
    assert!((mean(Filter::Triangle) - 255.0 / 8.0).abs() < 2.0);
    assert_eq!(mean(Filter::Bilinear), 0.0, "the stripes fall between the points that are looked at");
}

#[test]
fn a_crop_cuts_the_longer_sides_off() {
    let picture = ramp(200, 100);
    let plan = plan(InputSize::Fixed(Size::new(50, 50)), Fit::CenterCrop, Filter::Bilinear);
    let Prepared { tensor, placement } = plan.prepare(&picture, whole(&picture));
    assert!((tensor.data()[0] - 50.5).abs() <= 1.0);
    assert_eq!(placement.to_picture(Point::new(0.0, 0.0)).y, 0.0);
    assert!((placement.to_picture(Point::new(50.0, 50.0)).x - 150.0).abs() <= 1.0);
}

#[test]
fn colours_come_in_the_models_order_and_range() {
    let picture = Picture::filled(Size::new(4, 4), [10, 20, 30, 255]);
    let mut plan = plan(InputSize::Fixed(Size::new(2, 1)), Fit::Stretch, Filter::Bilinear);
    plan.is_bgr = true;
    plan.mean = [30.0, 0.0, 0.0];
    plan.scale = [1.0, 0.5, 1.0];
    assert_eq!(plan.prepare(&picture, whole(&picture)).tensor.data(), [0.0, 0.0, 10.0, 10.0, 10.0, 10.0]);
    plan.layout = Layout::Nhwc;
    assert_eq!(plan.prepare(&picture, whole(&picture)).tensor.data(), [0.0, 10.0, 10.0, 0.0, 10.0, 10.0]);
}

#[test]
fn empty_pictures_and_parts_outside_are_survived() {
    let empty = Picture::filled(Size::new(0, 0), [0; 4]);
    let picture = ramp(10, 10);
    let plan = plan(InputSize::Longest { longest: 32, multiple: 32 }, GREY, Filter::Triangle);
    for (picture, part) in [(&empty, whole(&empty)), (&picture, PixelRect::new(50, 3, 4, 4))] {
        assert!(plan.prepare(picture, part).tensor.data().iter().all(|value| *value == 114.0));
    }
}

#[test]
fn inputs_that_are_no_pictures_are_refused() {
    use crate::infer::facts::Dim;
    let port = |dims: &[u64]| {
        let dims = dims.iter().map(|dim| if *dim == 0 { Dim::Free } else { Dim::Fixed(*dim) }).collect();
        Port { name: "x".into(), element: Element::F32, dims }
    };
    let layout = |dims: &[u64]| Preparation::for_port(&port(dims), 640).map(|plan| plan.layout);
    assert_eq!(layout(&[1, 3, 640, 640]), Some(Layout::Nchw));
    assert_eq!(layout(&[0, 640, 640, 3]), Some(Layout::Nhwc));
    assert_eq!(layout(&[3, 0, 0]), Some(Layout::Chw));
    assert_eq!(layout(&[0, 0, 0, 0]), Some(Layout::Nchw));
    assert_eq!(layout(&[1, 128]), None);
    assert_eq!(layout(&[16, 3, 640, 640]), None);
}
