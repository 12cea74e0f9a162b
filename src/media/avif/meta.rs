//! The items of a file and what is said of them (HEIF, ISO/IEC 23008-12; AVIF 1.1).

use std::collections::BTreeMap;

use super::boxes::Bytes;
use crate::media::fault::Fault;
use crate::pixels::Size;

/// A coded picture, a list of such, a profile, a piece of metadata.
#[derive(Debug, Default)]
pub struct Item<'a> {
    /// `av01` is a coded picture, `grid` one made of others.
    pub kind: [u8; 4],
    /// Start and length of the parts of its data in the file.
    pub extents: Vec<(u64, u64)>,
    pub properties: Properties<'a>,
}

/// What is said of an item.
#[derive(Clone, Debug, Default)]
pub struct Properties<'a> {
    pub size: Option<Size>,
    pub coding: Option<Coding>,
    pub cicp: Option<Cicp>,
    pub icc: Option<&'a [u8]>,
    /// The numbers of a `clap` property: width, height, and how far its centre is from the picture's, as fractions.
    pub aperture: Option<[(i64, i64); 4]>,
    /// Quarters of a turn, counter-clockwise.
    pub num_quarter_turns: u8,
    /// Whether left and right are exchanged (1) or top and bottom (0), after turning.
    pub mirror_axis: Option<u8>,
    pub is_alpha: bool,
    pub operating_point: u8,
    /// Which of several layers is meant.
    pub layer: Option<u16>,
    /// One that must be understood, and is not.
    pub unknown: Option<[u8; 4]>,
}

/// How a picture is coded, of its `av1C` property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coding {
    /// 8, 10 or 12.
    pub bit_depth: u8,
    pub is_gray: bool,
}

/// What the numbers of colours mean (ITU-T H.273).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cicp {
    pub primaries: u8,
    pub transfer: u8,
    pub matrix: u8,
    pub is_full_range: bool,
}

/// That one item has to do with others.
#[derive(Debug)]
pub struct Reference {
    pub kind: [u8; 4],
    pub from: u32,
    pub to: Vec<u32>,
}

/// The `meta` box of a file.
#[derive(Debug, Default)]
pub struct Meta<'a> {
    pub primary: u32,
    pub items: BTreeMap<u32, Item<'a>>,
    pub references: Vec<Reference>,
    /// Start and length of the data that the box itself holds.
    inner_data: (u64, u64),
}

impl<'a> Meta<'a> {
    /// Reads the body of a `meta` box.
    pub fn read(mut bytes: Bytes<'a>) -> Result<Self, Fault> {
        bytes.version_and_flags()?;
        let mut meta = Self::default();
        let (mut locations, mut properties) = (None, None);
        while let Some((name, mut body)) = bytes.next_box()? {
            match &name {
                b"pitm" => {
                    let (version, _) = body.version_and_flags()?;
                    meta.primary = body.id(version > 0)?;
                }
                b"iinf" => meta.read_kinds(body)?,
                b"iref" => meta.read_references(body)?,
                b"idat" => meta.inner_data = (body.at, body.bytes.len() as u64),
                b"iloc" => locations = Some(body),
                b"iprp" => properties = Some(body),
                _ => {}
            }
        }
        if let Some(locations) = locations {
            meta.read_locations(locations)?;
        }
        if let Some(properties) = properties {
            meta.read_properties(properties)?;
        }
        Ok(meta)
    }

    /// The items that an item refers to, in order.
    pub fn referred(&self, kind: &[u8; 4], from: u32) -> &[u32] {
        let mut references = self.references.iter();
        references.find(|r| r.kind == *kind && r.from == from).map_or(&[], |reference| &reference.to)
    }

    /// The item that is the transparency of another.
    pub fn alpha_of(&self, id: u32) -> Option<u32> {
        let referring = self.references.iter().filter(|r| r.kind == *b"auxl" && r.to.contains(&id));
        let is_alpha = |id: &u32| self.items.get(id).is_some_and(|item| item.properties.is_alpha);
        referring.map(|reference| reference.from).find(is_alpha)
    }

    fn read_kinds(&mut self, mut bytes: Bytes) -> Result<(), Fault> {
        let (version, _) = bytes.version_and_flags()?;
        bytes.id(version > 0)?; // How many there are.
        while let Some((name, mut entry)) = bytes.next_box()? {
            let (version, _) = entry.version_and_flags()?;
            if &name == b"infe" && version >= 2 {
                let id = entry.id(version > 2)?;
                entry.u16()?; // Protection.
                self.items.entry(id).or_default().kind = entry.name()?;
            }
        }
        Ok(())
    }

    fn read_references(&mut self, mut bytes: Bytes) -> Result<(), Fault> {
        let (version, _) = bytes.version_and_flags()?;
        while let Some((kind, mut entry)) = bytes.next_box()? {
            let from = entry.id(version > 0)?;
            let num = entry.u16()?;
            let to = (0..num).map(|_| entry.id(version > 0)).collect::<Result<_, _>>()?;
            self.references.push(Reference { kind, from, to });
        }
        Ok(())
    }

    fn read_locations(&mut self, mut bytes: Bytes) -> Result<(), Fault> {
        let (version, _) = bytes.version_and_flags()?;
        let (offsets, bases) = (bytes.u8()?, bytes.u8()?);
        let (offset_bytes, length_bytes) = (usize::from(offsets >> 4), usize::from(offsets & 15));
        let (base_bytes, index_bytes) = (usize::from(bases >> 4), usize::from(bases & 15));
        if [offset_bytes, length_bytes, base_bytes, index_bytes].iter().any(|num| *num > 8) {
            return Err(Fault::damaged("it says in no known way where its parts are"));
        }
        let num_items = bytes.id(version > 1)?;
        for _ in 0..num_items {
            let id = bytes.id(version > 1)?;
            let method = if version > 0 { bytes.u16()? & 15 } else { 0 };
            let source_file = bytes.u16()?;
            let base = bytes.number(base_bytes)?;
            let num_extents = bytes.u16()?;
            let extent_bytes = offset_bytes + length_bytes + if version > 0 { index_bytes } else { 0 };
            if num_extents > 1 && extent_bytes == 0 {
                return Err(Fault::damaged("it says in no known way where its parts are"));
            }
            let mut extents = Vec::new();
            for _ in 0..num_extents {
                if version > 0 {
                    bytes.take(index_bytes)?;
                }
                let start = base.saturating_add(bytes.number(offset_bytes)?);
                extents.push(self.extent(method, start, bytes.number(length_bytes)?));
            }
            // Data in other files, or made of those of other items, are never read.
            if method <= 1 && source_file == 0 {
                self.items.entry(id).or_default().extents = extents;
            }
        }
        Ok(())
    }

    /// A part of an item's data in the file. A length of 0 is up to the end.
    fn extent(&self, method: u16, start: u64, length: u64) -> (u64, u64) {
        let length = if length == 0 { u64::MAX } else { length };
        if method == 0 {
            return (start, length);
        }
        let (inner_start, inner_length) = self.inner_data;
        (inner_start.saturating_add(start), length.min(inner_length.saturating_sub(start)))
    }

    fn read_properties(&mut self, mut bytes: Bytes<'a>) -> Result<(), Fault> {
        let mut all = Vec::new();
        while let Some((name, mut body)) = bytes.next_box()? {
            match &name {
                b"ipco" => {
                    while let Some(property) = body.next_box()? {
                        all.push(property);
                    }
                }
                b"ipma" => self.assign_properties(body, &all)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn assign_properties(&mut self, mut bytes: Bytes, all: &[([u8; 4], Bytes<'a>)]) -> Result<(), Fault> {
        let (version, flags) = bytes.version_and_flags()?;
        let is_long = flags & 1 == 1;
        for _ in 0..bytes.u32()? {
            let id = bytes.id(version > 0)?;
            let item = self.items.entry(id).or_default();
            for _ in 0..bytes.u8()? {
                let number = if is_long { bytes.u16()? } else { u16::from(bytes.u8()?) };
                let essential_bit = if is_long { 0x8000 } else { 0x80 };
                let index = usize::from(number & !essential_bit);
                // 0 is no property.
                if let Some((name, body)) = index.checked_sub(1).and_then(|index| all.get(index)) {
                    let is_known = item.properties.add(name, *body)?;
                    if !is_known && number & essential_bit != 0 {
                        item.properties.unknown = Some(*name);
                    }
                }
            }
        }
        Ok(())
    }
}

impl<'a> Properties<'a> {
    /// Takes a property. `false` when it is none that is known.
    pub fn add(&mut self, name: &[u8; 4], mut body: Bytes<'a>) -> Result<bool, Fault> {
        match name {
            b"ispe" => {
                body.version_and_flags()?;
                self.size = Some(Size::new(body.u32()?, body.u32()?));
            }
            b"av1C" => {
                let flags = body.u32()?;
                let is_high = flags >> 14 & 1 == 1;
                let is_twelve = flags >> 13 & 1 == 1;
                let bit_depth = if !is_high {
                    8
                } else if is_twelve {
                    12
                } else {
                    10
                };
                self.coding = Some(Coding { bit_depth, is_gray: flags >> 12 & 1 == 1 });
            }
            b"colr" => self.add_colors(body)?,
            b"clap" => {
                let mut part = || body.u32().map(|number| i64::from(number as i32));
                let mut fraction = || Ok::<_, Fault>((part()?, part()?));
                self.aperture = Some([fraction()?, fraction()?, fraction()?, fraction()?]);
            }
            b"irot" => self.num_quarter_turns = body.u8()? & 3,
            b"imir" => self.mirror_axis = Some(body.u8()? & 1),
            b"auxC" => {
                body.version_and_flags()?;
                let name = body.bytes.split(|byte| *byte == 0).next().unwrap_or_default();
                const NAMES: [&[u8]; 2] =
                    [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"];
                self.is_alpha = NAMES.contains(&name);
            }
            b"a1op" => self.operating_point = body.u8()?,
            b"lsel" => self.layer = Some(body.u16()?).filter(|layer| *layer != u16::MAX),
            // How many bits, which shape of pixels, how bright: told elsewhere, or nothing that changes the pixels.
            b"pixi" | b"pasp" | b"a1lx" | b"clli" | b"mdcv" | b"cclv" | b"amve" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn add_colors(&mut self, mut body: Bytes<'a>) -> Result<(), Fault> {
        match &body.name()? {
            b"nclx" => {
                let mut code = || Ok::<_, Fault>(u8::try_from(body.u16()?).unwrap_or_default());
                let (primaries, transfer, matrix) = (code()?, code()?, code()?);
                let is_full_range = body.u8()? >> 7 == 1;
                self.cicp = Some(Cicp { primaries, transfer, matrix, is_full_range });
            }
            b"prof" | b"rICC" => self.icc = Some(body.bytes),
            _ => {}
        }
        Ok(())
    }
}
