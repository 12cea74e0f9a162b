//! Colours for pictures of one channel.

/// A scale from dark to bright onto which the values of a grey picture are mapped. All but the first make small
/// differences visible that grey hides; none has the false edges of a rainbow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColorMap {
    /// As the picture is.
    #[default]
    Grey,
    /// Blue, green, yellow. Rises evenly in brightness, also for the colour-blind.
    Viridis,
    /// Black, purple, cream.
    Magma,
    /// Black, red, yellow.
    Inferno,
    /// All colours: the most distinct steps, where brightness does not matter.
    Turbo,
}

impl ColorMap {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Grey, Self::Viridis, Self::Magma, Self::Inferno, Self::Turbo];

    /// The name that people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grey => "Grey",
            Self::Viridis => "Viridis",
            Self::Magma => "Magma",
            Self::Inferno => "Inferno",
            Self::Turbo => "Turbo",
        }
    }

    /// Its colours from the low end of the window to the high: 256 times opaque sRGB.
    pub fn table(self) -> [[u8; 4]; 256] {
        let rgb: Option<&[u8; 768]> = match self {
            Self::Grey => None,
            Self::Viridis => Some(VIRIDIS),
            Self::Magma => Some(MAGMA),
            Self::Inferno => Some(INFERNO),
            Self::Turbo => Some(TURBO),
        };
        std::array::from_fn(|n| match rgb {
            None => [n as u8, n as u8, n as u8, 255],
            Some(rgb) => [rgb[n * 3], rgb[n * 3 + 1], rgb[n * 3 + 2], 255],
        })
    }
}

// The published tables, as bytes. Viridis, magma and inferno: Stéfan van der Walt and Nathaniel Smith, 2015, CC0.
// Turbo: Anton Mikhailov, 2019, Google, Apache-2.0.
const VIRIDIS: &[u8; 768] = include_bytes!("color_maps/viridis.rgb");
const MAGMA: &[u8; 768] = include_bytes!("color_maps/magma.rgb");
const INFERNO: &[u8; 768] = include_bytes!("color_maps/inferno.rgb");
const TURBO: &[u8; 768] = include_bytes!("color_maps/turbo.rgb");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_begin_and_end_as_published() {
        let ends = |map: ColorMap| [map.table()[0], map.table()[255]].map(|[r, g, b, _]| [r, g, b]);
        assert_eq!(ends(ColorMap::Grey), [[0, 0, 0], [255, 255, 255]]);
        assert_eq!(ends(ColorMap::Viridis), [[68, 1, 84], [253, 231, 37]]);
        assert_eq!(ends(ColorMap::Magma), [[0, 0, 4], [252, 253, 191]]);
        assert_eq!(ends(ColorMap::Inferno), [[0, 0, 4], [252, 255, 164]]);
        assert_eq!(ends(ColorMap::Turbo), [[48, 18, 59], [122, 4, 3]]);
    }

    #[test]
    fn brightness_rises_all_the_way_but_in_turbo() {
        for map in ColorMap::ALL.into_iter().filter(|map| *map != ColorMap::Turbo) {
            let luma = |[r, g, b, _]: [u8; 4]| 2 * u32::from(r) + 7 * u32::from(g) + u32::from(b);
            let table = map.table().map(luma);
            // A step of rounding may go back by a little.
            assert!(table.windows(2).all(|pair| pair[1] + 12 >= pair[0]), "{map:?}");
            assert!(table.windows(17).all(|run| run[16] > run[0]), "{map:?}");
        }
    }
}
