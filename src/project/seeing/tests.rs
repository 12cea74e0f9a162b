//! Questions about pictures whose truth is known.

use super::*;
use crate::geometry::Vector;

const SIZE: Size = Size::new(1400, 900);

/// A dark disk on a bright ground, its centre and its radius, image pixels.
const CENTER: Point = Point::new(700.0, 450.0);
const RADIUS: f64 = 260.0;

fn picture() -> MemoryPyramid {
    let pixel = |x: u32, y: u32| {
        let p = Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
        if p.distance(CENTER) < RADIUS { [60, 40, 90, 255] } else { [220, 210, 160, 255] }
    };
    let rgba: Vec<u8> = (0..SIZE.height)
        .flat_map(|y| (0..SIZE.width).map(move |x| (x, y)))
        .flat_map(|(x, y)| pixel(x, y))
        .collect();
    MemoryPyramid::new(Tile::from(&Picture::from_rgba(SIZE, rgba).expect("four bytes a pixel")))
}

fn ask(picture: &dyn TiledPicture, area: Rect, px_per_sample: f64, wanted: Wanted) -> Answer {
    let question = Question { area, px_per_sample, tolerance_samples: 0.75, wanted };
    let sight =
        Sight::of_tiles(picture, &question, (None, ColorMap::default()), false).expect("all tiles are there");
    sight.answer(&question, 1, &Seen::default(), &JobContext::detached()).expect("not called off")
}

fn whole() -> Rect {
    Rect::from_xywh(0.0, 0.0, f64::from(SIZE.width), f64::from(SIZE.height))
}

fn expect_disk(answer: Answer, tolerance_px: f64) {
    let Answer::Area(outline) = answer else { panic!("{answer:?}") };
    let farthest = outline.rings().flatten().map(|p| (p.distance(CENTER) - RADIUS).abs()).fold(0.0, f64::max);
    assert!(farthest < tolerance_px, "{farthest} px off");
    let area = std::f64::consts::PI * RADIUS * RADIUS;
    assert!((outline.area() / area - 1.0).abs() < 0.02, "{}", outline.area() / area);
}

#[test]
fn areas_lie_where_they_are_in_the_picture_at_any_resolution() {
    let picture = picture();
    for (px_per_sample, area) in
        [(1.0, whole()), (4.0, whole()), (2.0, Rect::from_xywh(301.0, 103.0, 830.0, 700.0))]
    {
        let tolerance = 1.5 * px_per_sample;
        let wanted = Wanted::Color { at: CENTER, tolerance: 20.0, is_contiguous: true };
        expect_disk(ask(&picture, area, px_per_sample, wanted), tolerance);
        let inside = Rect::from_center(CENTER, Vector::new(600.0, 580.0));
        let wanted = Wanted::Object { inside, marks: Vec::new() };
        expect_disk(ask(&picture, area, px_per_sample, wanted), 2.0 * tolerance);
    }
}

#[test]
fn ways_follow_the_border_and_end_where_they_are_asked_to() {
    let right = CENTER + Vector::new(RADIUS, 3.0);
    let answer = ask(&picture(), whole(), 2.0, Wanted::Ways { from: right, snaps: true });
    let Answer::Ways(ways) = answer else { panic!("{answer:?}") };
    let way = ways.way_to(CENTER + Vector::new(-RADIUS, 0.0), true);
    assert!(way.len() > 8 && way.iter().all(|p| (p.distance(CENTER) - RADIUS).abs() < 6.0), "{way:?}");
    let to = Point::new(123.25, 77.5);
    assert_eq!(ways.way_to(to, false).last(), Some(&to));
}

#[test]
fn cells_under_a_stroke_keep_to_one_side() {
    let answer = ask(&picture(), whole(), 2.0, Wanted::Cells { side_px: 60.0 });
    let Answer::Cells(cells) = answer else { panic!("{answer:?}") };
    let passed = cells.along(CENTER, CENTER + Vector::new(0.0, RADIUS - 8.0));
    let outline = cells.outline(&passed);
    assert!(outline.contains(CENTER) && outline.contains(CENTER + Vector::new(0.0, 200.0)));
    assert!(outline.rings().flatten().all(|p| p.distance(CENTER) < RADIUS + 4.0));
    assert!(cells.along(Point::new(-50.0, -50.0), Point::new(-10.0, -10.0)).is_empty());
}

#[test]
fn what_is_alike_is_found_where_it_is() {
    let example = Rect::from_center(CENTER, Vector::new(600.0, 600.0));
    let answer = ask(&picture(), whole(), 4.0, Wanted::Similar { example });
    let Answer::Similar(found) = answer else { panic!("{answer:?}") };
    assert!(found[0].bounds.iou(&example) > 0.9, "{found:?}");
}

#[test]
fn missing_tiles_are_waited_for_or_seen_more_coarsely() {
    /// A picture of which only some levels are there.
    #[derive(Debug)]
    struct Partial(MemoryPyramid, std::ops::Range<u32>);
    impl TiledPicture for Partial {
        fn pyramid(&self) -> Pyramid {
            self.0.pyramid()
        }
        fn format(&self) -> PixelFormat {
            self.0.format()
        }
        fn tile(&self, id: crate::pixels::TileId) -> Option<Tile> {
            self.0.tile(id).filter(|_| self.1.contains(&id.level))
        }
        fn want(&self, _: &[crate::pixels::TileId]) {}
    }
    let wanted = Wanted::Color { at: CENTER, tolerance: 20.0, is_contiguous: true };
    let question = Question { area: whole(), px_per_sample: 2.0, tolerance_samples: 0.75, wanted };
    let sight = |levels, may_be_coarse| {
        let picture = Partial(picture(), levels);
        Sight::of_tiles(&picture, &question, (None, ColorMap::default()), may_be_coarse)
    };
    let answer =
        |sight: Option<Sight>| sight?.answer(&question, 1, &Seen::default(), &JobContext::detached());
    assert!(sight(3..20, false).is_none());
    expect_disk(answer(sight(3..20, true)).expect("from level 3"), 12.0);
    expect_disk(answer(sight(0..1, false)).expect("from level 0"), 3.0);
}

#[test]
fn a_huge_area_is_looked_at_in_bounded_samples() {
    let pyramid = Pyramid::new(Size::new(100_000, 100_000));
    let wanted = Wanted::Cells { side_px: 10.0 };
    let area = Rect::from_xywh(0.0, 0.0, 1e5, 1e5);
    let level = level_for(&pyramid, &Question { area, px_per_sample: 1.0, tolerance_samples: 0.0, wanted });
    assert!(pyramid.level_size(level).num_pixels() <= MAX_SAMPLES);
}
