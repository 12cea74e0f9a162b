//! Pictures whose tiles come one by one, and in every pixel format.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU8, Ordering};

use crate::pixels::{ColorMap, PixelFormat, Pyramid, Tile, TileId, TiledPicture, Window};

use super::*;

/// A picture that has only those tiles which a test gave it.
#[derive(Debug)]
struct Slow {
    whole: MemoryPyramid,
    there: Mutex<HashSet<TileId>>,
    wished: Mutex<Vec<TileId>>,
    /// Added to the red of all tiles.
    revision: AtomicU8,
}

impl Slow {
    /// Its levels differ in colour: level `n` is of red `50 + 40 n`.
    fn new(size: Size) -> Arc<Self> {
        let whole = MemoryPyramid::new(Tile::from(&Picture::filled(size, [50, 0, 0, 255])));
        Arc::new(Self {
            whole,
            there: Mutex::default(),
            wished: Mutex::default(),
            revision: AtomicU8::new(0),
        })
    }

    fn give(&self, ids: impl IntoIterator<Item = TileId>) {
        self.there.lock().expect("no test failed").extend(ids);
    }

    fn wished(&self) -> Vec<TileId> {
        self.wished.lock().expect("no test failed").clone()
    }
}

impl TiledPicture for Slow {
    fn pyramid(&self) -> Pyramid {
        self.whole.pyramid()
    }

    fn format(&self) -> PixelFormat {
        PixelFormat::Rgba8
    }

    fn tile(&self, id: TileId) -> Option<Tile> {
        let is_there = self.there.lock().expect("no test failed").contains(&id);
        let tile = self.whole.tile(id).filter(|_| is_there)?;
        Some(Tile::from(&Picture::filled(
            tile.size(),
            [50 + 40 * id.level as u8 + self.revision() as u8, 0, 0, 255],
        )))
    }

    fn revision(&self) -> u64 {
        self.revision.load(Ordering::Relaxed).into()
    }

    fn want(&self, tiles: &[TileId]) {
        *self.wished.lock().expect("no test failed") = tiles.to_vec();
    }
}

fn id(level: u32, column: u32, row: u32) -> TileId {
    TileId { level, column, row }
}

/// The red in the middle of the view.
fn middle_red(gpu: &mut OffscreenRenderer, frame: &Frame) -> u8 {
    let drawn = gpu.render(frame, Color::BLACK).expect("the frame is drawn");
    let size = drawn.size();
    drawn.pixel(size.width / 2, size.height / 2).expect("inside")[0]
}

#[test]
fn what_is_on_screen_sharpens_from_coarse_to_fine() {
    let picture = Slow::new(Size::new(4096, 4096));
    let at = Point::new(1500.0, 1500.0);
    let frame = Frame { picture: Some(FramePicture::Tiles(picture.clone())), ..view(at, 1.0, 200, 200) };
    let mut gpu = gpu();
    assert_eq!(middle_red(&mut gpu, &frame), 0, "nothing is there");
    let overview = id(3, 0, 0);
    let wished = picture.wished();
    assert_eq!(
        wished[..3],
        [overview, id(2, 0, 0), id(0, 3, 3)],
        "the overview, then a coarse tile: {wished:?}"
    );
    for (level, tile) in [(3, overview), (2, id(2, 0, 0)), (1, id(1, 1, 1)), (0, id(0, 3, 3))] {
        picture.give([tile]);
        assert_eq!(middle_red(&mut gpu, &frame), 50 + 40 * level as u8, "{tile:?}");
    }
    assert!(!picture.wished().contains(&id(0, 3, 3)), "what is there is not wished for");
}

#[test]
fn tiles_of_an_older_revision_are_drawn_until_their_successors_come() {
    let picture = Slow::new(Size::new(1000, 1000));
    let frame = Frame {
        picture: Some(FramePicture::Tiles(picture.clone())),
        ..view(Point::new(200.0, 200.0), 1.0, 100, 100)
    };
    let mut gpu = gpu();
    let tile = id(0, 0, 0);
    picture.give([tile]);
    assert_eq!(middle_red(&mut gpu, &frame), 50);
    picture.there.lock().expect("no test failed").clear();
    picture.revision.store(5, Ordering::Relaxed);
    assert_eq!(middle_red(&mut gpu, &frame), 50);
    assert!(picture.wished().contains(&tile));
    picture.give([tile]);
    assert_eq!(middle_red(&mut gpu, &frame), 55);
}

#[test]
fn fine_tiles_stand_in_after_zooming_out() {
    let picture = Slow::new(Size::new(4096, 4096));
    let near = Frame {
        picture: Some(FramePicture::Tiles(picture.clone())),
        ..view(Point::new(600.0, 600.0), 1.0, 100, 100)
    };
    let far = Frame { camera: near.camera.zoom_about(ScreenPoint::new(50.0, 50.0), 0.25), ..near.clone() };
    let mut gpu = gpu();
    picture.give([id(3, 0, 0), id(0, 1, 1)]);
    assert_eq!(middle_red(&mut gpu, &near), 50);
    assert_eq!(middle_red(&mut gpu, &far), 50, "sharper than the overview");
    picture.give([id(2, 0, 0)]);
    assert_eq!(middle_red(&mut gpu, &far), 130, "its own level");
}

#[test]
fn the_wishes_begin_in_the_middle_of_the_view_and_end_around_it() {
    let picture = Slow::new(Size::new(512 * 9, 512 * 9));
    picture.give((0..5).map(|level| id(level, 0, 0)).skip(2));
    let frame = Frame {
        picture: Some(FramePicture::Tiles(picture.clone())),
        probe: Some(Point::new(10.0, 4000.0)),
        ..view(Point::new(512.0 * 4.0 - 100.0, 512.0 * 4.0 + 100.0), 1.0, 300, 300)
    };
    gpu().render(&frame, Color::BLACK).expect("the frame is drawn");
    let wished: Vec<_> = picture.wished().into_iter().filter(|tile| tile.level == 0).collect();
    assert_eq!(wished[..2], [id(0, 4, 4), id(0, 3, 4)]);
    assert_eq!(wished[2], id(0, 0, 7), "the pixel whose value is asked for");
    assert_eq!(wished.len(), 2 + 1 + (4 * 3 - 2));
}

#[test]
fn tiles_that_were_not_drawn_for_longest_make_room() {
    let picture = Slow::new(Size::new(512 * 40, 512));
    picture.give((0..40).map(|column| id(0, column, 0)));
    let whole =
        Frame { picture: Some(FramePicture::Tiles(picture.clone())), ..view(Point::ORIGIN, 1.0, 100, 100) };
    let at = |column: u32| Frame {
        camera: view(Point::new(f64::from(column) * 512.0 + 200.0, 0.0), 1.0, 100, 100).camera,
        ..whole.clone()
    };
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    let budget = FrameBudget { tile_memory_bytes: 16 * 514 * 514 * 4, ..FrameBudget::UNLIMITED };
    let mut uploaded =
        |column| canvas.prepare(&gpu.renderer, &at(column), [0, 0], &budget).num_tiles_uploaded;
    let first: usize = (0..20).map(&mut uploaded).sum();
    assert_eq!(first, 20);
    assert_eq!((5..20).map(&mut uploaded).sum::<usize>(), 0, "the last ones are there");
    assert_eq!(uploaded(0), 1, "the first ones are not");
    assert_eq!(uploaded(4), 1);
}

/// A grey or coloured picture of one row, from the numbers of its channels.
fn row_of(format: PixelFormat, channels: &[f32]) -> Arc<dyn TiledPicture> {
    let bytes: Vec<u8> = channels
        .iter()
        .flat_map(|&n| match format.bytes_per_channel() {
            1 => vec![n as u8],
            2 => (n as u16).to_ne_bytes().to_vec(),
            _ => n.to_ne_bytes().to_vec(),
        })
        .collect();
    let size = Size::new((channels.len() / format.num_channels()) as u32, 1);
    Arc::new(MemoryPyramid::new(Tile::new(size, format, bytes).expect("as many as it says")))
}

/// The colours of a row at full size.
fn shown(picture: &Arc<dyn TiledPicture>, display: Display) -> Vec<[u8; 4]> {
    let width = picture.pyramid().size().width;
    let frame = Frame {
        picture: Some(FramePicture::Tiles(Arc::clone(picture))),
        ..view(Point::ORIGIN, 1.0, width, 1)
    };
    let drawn = frame.with_display(display).draw();
    pixels(&drawn).map(|(_, color)| color).collect()
}

fn gray(level: u8) -> [u8; 4] {
    [level, level, level, 255]
}

#[test]
fn every_format_shows_its_whole_range() {
    let plain = Display::default();
    for format in [PixelFormat::Gray8, PixelFormat::Gray16, PixelFormat::GrayF32] {
        let white = format.white();
        let picture = row_of(format, &[0.0, white * 0.2, white * 0.6, white]);
        assert_eq!(shown(&picture, plain), [0, 51, 153, 255].map(gray), "{format:?}");
    }
    for format in [PixelFormat::Rgba8, PixelFormat::Rgba16, PixelFormat::RgbaF32] {
        let white = format.white();
        let picture = row_of(format, &[white, white * 0.2, 0.0, white].repeat(2));
        assert_eq!(shown(&picture, plain), [[255, 51, 0, 255]; 2], "{format:?}");
    }
}

#[test]
fn a_window_spreads_the_values_between_its_ends() {
    let window = |low, high| Display { window: Some(Window::new(low, high, 1.0)), ..Display::default() };
    let deep = row_of(PixelFormat::Gray16, &[900.0, 1000.0, 1040.0, 1200.0, 65535.0]);
    assert_eq!(shown(&deep, window(1000.0, 1200.0)), [0, 0, 51, 255, 255].map(gray));
    let float = row_of(PixelFormat::GrayF32, &[-3.0, -1.0, 5.0, 1e9, f32::INFINITY]);
    assert_eq!(shown(&float, window(-1.0, 9.0)), [0, 0, 153, 255, 255].map(gray));
    let bytes = row_of(PixelFormat::Gray8, &[100.0, 110.0, 150.0]);
    assert_eq!(shown(&bytes, window(100.0, 150.0)), [0, 51, 255].map(gray));
    let bright = Display { window: Some(Window::new(100.0, 150.0, 2.0)), ..Display::default() };
    assert_eq!(shown(&bytes, bright), [0, 114, 255].map(gray), "a gamma of 2 takes the root");
    let colors = row_of(PixelFormat::Rgba16, &[500.0, 1000.0, 600.0, 65535.0]);
    assert_eq!(shown(&colors, window(500.0, 1000.0)), [[0, 255, 51, 255]]);
}

#[test]
fn what_is_not_a_number_is_transparent() {
    let light = Display { checkerboard: [Color::rgb(9, 9, 9); 2], ..Display::default() };
    let holes = row_of(PixelFormat::GrayF32, &[1.0, f32::NAN, 0.0]);
    assert_eq!(shown(&holes, light), [255, 9, 0].map(gray));
    let colors = row_of(PixelFormat::RgbaF32, &[1.0, 1.0, f32::NAN, 1.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(shown(&colors, light), [9, 255].map(gray));
}

#[test]
fn a_colour_map_colours_grey_pictures_only() {
    let display = Display { color_map: ColorMap::Viridis, ..Display::default() };
    let picture = row_of(PixelFormat::Gray16, &[0.0, 65535.0 * 0.2, 65535.0]);
    let colors = ColorMap::Viridis.table();
    assert_eq!(shown(&picture, display), [colors[0], colors[51], colors[255]]);
    let colors = row_of(PixelFormat::Rgba8, &[10.0, 20.0, 30.0, 255.0]);
    assert_eq!(shown(&colors, display), [[10, 20, 30, 255]]);
}

#[test]
fn a_half_transparent_deep_pixel_is_mixed_with_the_checkerboard() {
    let display = Display { checkerboard: [Color::BLACK; 2], ..Display::default() };
    let picture = row_of(PixelFormat::Rgba16, &[65535.0, 0.0, 0.0, 65535.0 * 0.6]);
    assert_eq!(shown(&picture, display), [[153, 0, 0, 255]]);
}

#[test]
fn a_picture_of_another_format_takes_over_the_canvas() {
    let gpu = gpu();
    let mut canvas = Canvas::new(&gpu.renderer);
    let formats =
        HashMap::from([(PixelFormat::Gray8, 1), (PixelFormat::RgbaF32, 16), (PixelFormat::Gray16, 2)]);
    for (format, bytes_per_pixel) in formats {
        let picture = row_of(format, &[0.0; 40]);
        let num_pixels = picture.pyramid().size().num_pixels();
        let frame = Frame { picture: Some(FramePicture::Tiles(picture)), ..view(Point::ORIGIN, 1.0, 50, 10) };
        let stats = canvas.prepare(&gpu.renderer, &frame, [0, 0], &FrameBudget::default());
        assert_eq!(stats.bytes_uploaded, num_pixels * bytes_per_pixel, "{format:?}");
    }
}
