//! What a file shows: its primary picture, taken apart into coded ones.

use std::collections::BTreeMap;

use super::boxes::{BoxHead, Bytes};
use super::meta::{Cicp, Coding, Item, Meta, Properties};
use crate::media::Orientation;
use crate::media::fault::Fault;
use crate::media::file_at::FileAt;
use crate::pixels::{PixelRect, Size};

/// What says where everything is, of real files, has some kilobytes; and a colour profile.
const MAX_META_BYTES: u64 = 16 << 20;

/// Boxes at the top of a file. Real ones have some four.
const MAX_BOXES: usize = 10_000;

/// The picture that a file shows.
#[derive(Debug)]
pub struct AvifPicture {
    pub colors: Layer,
    pub alpha: Option<Layer>,
    /// Whether the colours were multiplied with alpha.
    pub is_multiplied: bool,
    /// The part that is shown, before it is turned.
    pub crop: PixelRect,
    pub orientation: Orientation,
    pub coding: Coding,
    pub cicp: Option<Cicp>,
    pub icc: Option<Vec<u8>>,
    coded: BTreeMap<u32, CodedPicture>,
}

/// Colours or transparency: one coded picture, or several of one size side by side.
#[derive(Debug)]
pub struct Layer {
    pub size: Size,
    pub cell_size: Size,
    pub num_columns: u32,
    /// Row by row.
    cells: Vec<u32>,
}

/// What a decoder needs.
#[derive(Debug)]
pub struct CodedPicture {
    extents: Vec<(u64, u64)>,
    pub operating_point: u8,
    pub layer: Option<u16>,
}

impl AvifPicture {
    /// Finds the primary picture. Reads no pixels.
    pub fn read(file: &FileAt) -> Result<Self, Fault> {
        let (bytes, at) = read_box(file, b"meta")?
            .ok_or_else(|| Fault::Unsupported("AVIF sequences without a still picture".to_owned()))?;
        let meta = Meta::read(Bytes { bytes: &bytes, at })?;
        let primary = item(&meta, meta.primary)?;
        let properties = &primary.properties;
        let mut coded = BTreeMap::new();
        let colors = Layer::read(file, &meta, meta.primary, &mut coded)?;
        let alpha_id = alpha_of(&meta, &colors);
        let alpha = match &alpha_id {
            Some(AlphaId::One(id)) => Some(Layer::read(file, &meta, *id, &mut coded)?),
            Some(AlphaId::Cells(ids)) => {
                ids.iter().try_for_each(|id| note(&meta, *id, &mut coded))?;
                Some(Layer { cells: ids.clone(), ..colors })
            }
            None => None,
        };
        let is_multiplied = match &alpha_id {
            Some(AlphaId::One(id)) => meta.referred(b"prem", meta.primary).contains(id),
            _ => false,
        };
        let first = &item(&meta, colors.cells[0])?.properties;
        let coding = properties.coding.or(first.coding);
        Ok(Self {
            crop: crop(properties, colors.size),
            orientation: orientation(properties),
            coding: coding.ok_or_else(|| Fault::damaged("it does not say how it is coded"))?,
            cicp: properties.cicp.or(first.cicp),
            icc: properties.icc.or(first.icc).map(<[u8]>::to_vec),
            colors,
            alpha,
            is_multiplied,
            coded,
        })
    }

    /// The coded picture of a cell of a layer, and its data.
    pub fn cell(
        &self,
        file: &FileAt,
        layer: &Layer,
        index: usize,
    ) -> Result<(&CodedPicture, Vec<u8>), Fault> {
        let coded = &self.coded[&layer.cells[index]];
        Ok((coded, read_extents(file, &coded.extents, file.num_bytes())?))
    }
}

impl Layer {
    pub fn num_cells(&self) -> usize {
        self.cells.len()
    }

    /// Where a cell lies. The last ones may reach beyond the picture.
    pub fn cell_area(&self, index: usize) -> PixelRect {
        let (column, row) = (index as u32 % self.num_columns, index as u32 / self.num_columns);
        let Size { width, height } = self.cell_size;
        PixelRect::new(column * width, row * height, width, height)
    }

    fn read(
        file: &FileAt,
        meta: &Meta,
        id: u32,
        coded: &mut BTreeMap<u32, CodedPicture>,
    ) -> Result<Self, Fault> {
        let all = item(meta, id)?;
        let size_of =
            |item: &Item| item.properties.size.ok_or_else(|| Fault::damaged("it does not tell its size"));
        match &all.kind {
            b"av01" => {
                note(meta, id, coded)?;
                let size = size_of(all)?;
                Ok(Self { size, cell_size: size, num_columns: 1, cells: vec![id] })
            }
            b"grid" => {
                let (size, num_columns, num_rows) = read_grid(file, all)?;
                let cells = meta.referred(b"dimg", id).to_vec();
                let first = cells.first().ok_or_else(|| Fault::damaged("its parts are missing"))?;
                let cell_size = size_of(item(meta, *first)?)?;
                let covers = |cell: u32, num: u32, side: u32| {
                    let (cell, num, side) = (u64::from(cell), u64::from(num), u64::from(side));
                    cell * num >= side && cell * (num - 1) < side
                };
                let is_sound = cells.len() as u64 == u64::from(num_columns) * u64::from(num_rows)
                    && covers(cell_size.width, num_columns, size.width)
                    && covers(cell_size.height, num_rows, size.height);
                if !is_sound {
                    return Err(Fault::damaged("its parts do not make up a whole"));
                }
                for cell in &cells {
                    note(meta, *cell, coded)?;
                }
                Ok(Self { size, cell_size, num_columns, cells })
            }
            b"hvc1" | b"avc1" | b"j2k1" | b"vvc1" | b"unci" => {
                Err(Fault::Unsupported("HEIC pictures".to_owned()))
            }
            kind => Err(Fault::Unsupported(format!("AVIF pictures of the kind {}", kind.escape_ascii()))),
        }
    }
}

/// How a picture says what is transparent.
enum AlphaId {
    One(u32),
    /// Each cell of a grid has its own.
    Cells(Vec<u32>),
}

fn alpha_of(meta: &Meta, colors: &Layer) -> Option<AlphaId> {
    if let Some(id) = meta.alpha_of(meta.primary) {
        return Some(AlphaId::One(id));
    }
    if colors.cells[0] == meta.primary {
        return None;
    }
    let cells = colors.cells.iter().map(|id| meta.alpha_of(*id));
    cells.collect::<Option<Vec<u32>>>().map(AlphaId::Cells)
}

fn item<'m, 'a>(meta: &'m Meta<'a>, id: u32) -> Result<&'m Item<'a>, Fault> {
    let item = meta.items.get(&id).ok_or_else(|| Fault::damaged("a part that it names is missing"))?;
    match item.properties.unknown {
        Some(name) => {
            Err(Fault::Unsupported(format!("AVIF pictures with a property {}", name.escape_ascii())))
        }
        None => Ok(item),
    }
}

/// Takes down where a coded picture is.
fn note(meta: &Meta, id: u32, coded: &mut BTreeMap<u32, CodedPicture>) -> Result<(), Fault> {
    if coded.contains_key(&id) {
        return Ok(());
    }
    let item = item(meta, id)?;
    if item.kind != *b"av01" {
        return Err(Fault::Unsupported(format!("AVIF pictures with {} inside", item.kind.escape_ascii())));
    }
    let Properties { operating_point, layer, .. } = item.properties;
    coded.insert(id, CodedPicture { extents: item.extents.clone(), operating_point, layer });
    Ok(())
}

/// Size, columns and rows of a `grid` item.
fn read_grid(file: &FileAt, item: &Item) -> Result<(Size, u32, u32), Fault> {
    const MAX_BYTES: u64 = 12;
    let data = read_extents(file, &item.extents, MAX_BYTES)?;
    let mut bytes = Bytes { bytes: &data, at: 0 };
    bytes.u8()?; // Version.
    let is_long = bytes.u8()? & 1 == 1;
    let (num_rows, num_columns) = (u32::from(bytes.u8()?) + 1, u32::from(bytes.u8()?) + 1);
    let size = Size::new(bytes.id(is_long)?, bytes.id(is_long)?);
    Ok((size, num_columns, num_rows))
}

/// The first box of a name at the top of the file, with its place.
fn read_box(file: &FileAt, name: &[u8; 4]) -> Result<Option<(Vec<u8>, u64)>, Fault> {
    let mut at = 0;
    let mut head_bytes = Vec::new();
    for _ in 0..MAX_BOXES {
        let bytes_left = file.num_bytes() - at;
        if bytes_left == 0 {
            break;
        }
        file.read(at, BoxHead::MAX_BYTES, &mut head_bytes)?;
        let head = BoxHead::read(&mut Bytes { bytes: &head_bytes, at }, bytes_left)?;
        let body_at = at + head.head_bytes;
        if head.name == *name {
            if head.body_bytes > MAX_META_BYTES {
                return Err(Fault::damaged("what it says about itself has no end"));
            }
            let mut bytes = Vec::new();
            file.read(body_at, head.body_bytes as usize, &mut bytes)?;
            if (bytes.len() as u64) < head.body_bytes {
                return Err(Fault::damaged("it ends too early"));
            }
            return Ok(Some((bytes, body_at)));
        }
        at = body_at.saturating_add(head.body_bytes).min(file.num_bytes());
    }
    Ok(None)
}

/// Joins the parts of an item's data.
fn read_extents(file: &FileAt, extents: &[(u64, u64)], max_bytes: u64) -> Result<Vec<u8>, Fault> {
    let mut data = Vec::new();
    let mut part = Vec::new();
    for (start, length) in extents {
        let bytes_left = max_bytes.saturating_sub(data.len() as u64);
        let num_wanted = (*length).min(file.num_bytes().saturating_sub(*start)).min(bytes_left);
        let is_cut_off = *length != u64::MAX && num_wanted < (*length).min(bytes_left);
        if is_cut_off {
            return Err(Fault::damaged("it ends too early"));
        }
        file.read(*start, num_wanted as usize, &mut part)?;
        data.extend_from_slice(&part);
    }
    Ok(data)
}

/// The part of the picture that is shown: the centre and size that `clap` tells, where these are whole pixels within
/// the picture; all of it otherwise.
fn crop(properties: &Properties, size: Size) -> PixelRect {
    let whole = PixelRect::of_size(size);
    let Some([width, height, right, down]) = properties.aperture else { return whole };
    let side = |(length, length_divisor): (i64, i64), (shift, shift_divisor): (i64, i64), side: u32| {
        if length_divisor <= 0 || shift_divisor <= 0 || length % length_divisor != 0 {
            return None;
        }
        let length = length / length_divisor;
        // The start is (side - length) / 2 + shift.
        let twice = (i64::from(side) - length).checked_mul(shift_divisor)?.checked_add(2 * shift)?;
        let start = (twice % (2 * shift_divisor) == 0).then(|| twice / (2 * shift_divisor))?;
        let is_within = start >= 0 && length > 0 && start + length <= i64::from(side);
        is_within.then_some((start as u32, length as u32))
    };
    match (side(width, right, size.width), side(height, down, size.height)) {
        (Some((left, width)), Some((top, height))) => PixelRect::new(left, top, width, height),
        _ => whole,
    }
}

/// First turned, then mirrored.
fn orientation(properties: &Properties) -> Orientation {
    use Orientation::*;
    let [unmirrored, rows, columns] = match properties.num_quarter_turns {
        0 => [Normal, MirroredRows, MirroredColumns],
        1 => [Turned270, Transposed, Transverse],
        2 => [Turned180, MirroredColumns, MirroredRows],
        _ => [Turned90, Transverse, Transposed],
    };
    match properties.mirror_axis {
        None => unmirrored,
        Some(0) => rows,
        Some(_) => columns,
    }
}
