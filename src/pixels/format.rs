//! What a pixel is made of.

/// The channels of a pixel and their type. Channels follow each other; numbers are in the machine's byte order.
///
/// There is no RGB without alpha: a GPU has no such texture, and an opaque alpha costs a third at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PixelFormat {
    /// One byte of grey.
    Gray8,
    /// Red, green, blue and alpha, a byte each.
    Rgba8,
    /// 16 bits of grey.
    Gray16,
    /// Red, green, blue and alpha, 16 bits each.
    Rgba16,
    /// One 32-bit float, whose range the file decides.
    GrayF32,
    /// Red, green, blue and alpha, a 32-bit float each. Alpha is 0 to 1.
    RgbaF32,
}

impl PixelFormat {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Gray8, Self::Rgba8, Self::Gray16, Self::Rgba16, Self::GrayF32, Self::RgbaF32];

    /// 1 or 4.
    pub const fn num_channels(self) -> usize {
        match self {
            Self::Gray8 | Self::Gray16 | Self::GrayF32 => 1,
            Self::Rgba8 | Self::Rgba16 | Self::RgbaF32 => 4,
        }
    }

    /// Bytes of one channel: 1, 2 or 4.
    pub const fn bytes_per_channel(self) -> usize {
        match self {
            Self::Gray8 | Self::Rgba8 => 1,
            Self::Gray16 | Self::Rgba16 => 2,
            Self::GrayF32 | Self::RgbaF32 => 4,
        }
    }

    /// Bytes of one pixel.
    pub const fn bytes_per_pixel(self) -> usize {
        self.num_channels() * self.bytes_per_channel()
    }

    /// Whether a person needs a window of values to see it: more than the 256 steps of a screen.
    pub const fn is_deep(self) -> bool {
        self.bytes_per_channel() > 1
    }

    /// The value of a channel that shows as white, without any window: 255, 65,535 or 1.0.
    pub const fn white(self) -> f32 {
        match self {
            Self::Gray8 | Self::Rgba8 => 255.0,
            Self::Gray16 | Self::Rgba16 => 65_535.0,
            Self::GrayF32 | Self::RgbaF32 => 1.0,
        }
    }

    /// The values of one pixel.
    ///
    /// # Panics
    /// When there are fewer bytes than a pixel has.
    pub fn value(self, bytes: &[u8]) -> PixelValue {
        let channel = |n: usize| {
            let at = n * self.bytes_per_channel();
            match self.bytes_per_channel() {
                1 => f32::from(bytes[at]),
                2 => f32::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]])),
                _ => f32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]),
            }
        };
        match self.num_channels() {
            1 => PixelValue::Gray(channel(0)),
            _ => PixelValue::Rgba([0, 1, 2, 3].map(channel)),
        }
    }
}

/// What one pixel of a file says, as numbers of the file: 0 to 255, 0 to 65,535, or any float.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PixelValue {
    /// One channel.
    Gray(f32),
    /// Red, green, blue and alpha.
    Rgba([f32; 4]),
}
