//! From brightness and two differences of colour to red, green and blue (ITU-T H.273, 8.3).
//!
//! Where several pixels share a difference of colour, it is taken to lie in the middle of them, and blended with those
//! of its neighbours, 3 to 1 along each axis: as libavif does.

use super::av1::{Frame, Samples};
use super::meta::Cicp;
use crate::media::fault::Fault;
use crate::pixels::Size;

/// How three numbers make a colour.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Matrix {
    /// They are green, blue and red.
    Identity,
    /// Brightness, of which red and blue have these shares.
    Shares {
        red: f32,
        blue: f32,
    },
    YCgCo,
}

impl Matrix {
    fn of(cicp: Cicp) -> Result<Self, Fault> {
        let shares = |red, blue| Ok(Self::Shares { red, blue });
        match cicp.matrix {
            0 => Ok(Self::Identity),
            1 => shares(0.2126, 0.0722),
            // 2 says nothing; nearly everything takes it for 6.
            2 | 5 | 6 => shares(0.299, 0.114),
            4 => shares(0.30, 0.11),
            7 => shares(0.212, 0.087),
            8 => Ok(Self::YCgCo),
            9 => shares(0.2627, 0.0593),
            // Those that follow from the primaries.
            12 => match cicp.primaries {
                9 => shares(0.2627, 0.0593),
                11 | 12 => shares(0.22897, 0.07929),
                5 => shares(0.22202, 0.07133),
                6 | 7 => shares(0.21240, 0.08660),
                _ => shares(0.2126, 0.0722),
            },
            other => Err(Fault::Unsupported(format!("AVIF pictures with the colour matrix {other}"))),
        }
    }

    /// Red, green and blue of brightness from 0 to 1 and differences from -½ to ½; for [`Matrix::Identity`], all from 0
    /// to 1.
    fn rgb(self, y: f32, u: f32, v: f32) -> [f32; 3] {
        match self {
            Self::Identity => [v, y, u],
            Self::Shares { red, blue } => {
                let r = y + 2.0 * (1.0 - red) * v;
                let b = y + 2.0 * (1.0 - blue) * u;
                [r, (y - red * r - blue * b) / (1.0 - red - blue), b]
            }
            Self::YCgCo => [y - u + v, y + u, y - u - v],
        }
    }
}

/// What is taken from a sample, and what it is then multiplied with.
#[derive(Clone, Copy, Debug)]
struct Scale {
    zero: f32,
    factor: f32,
}

impl Scale {
    fn luma(bit_depth: u32, is_full_range: bool) -> Self {
        let step = (1_u32 << (bit_depth - 8)) as f32;
        if is_full_range {
            Self { zero: 0.0, factor: 1.0 / ((1_u32 << bit_depth) - 1) as f32 }
        } else {
            Self { zero: 16.0 * step, factor: 1.0 / (219.0 * step) }
        }
    }

    fn chroma(bit_depth: u32, is_full_range: bool) -> Self {
        let step = (1_u32 << (bit_depth - 8)) as f32;
        let factor = if is_full_range { ((1_u32 << bit_depth) - 1) as f32 } else { 224.0 * step };
        Self { zero: 128.0 * step, factor: 1.0 / factor }
    }

    fn apply(self, row: &mut [f32]) {
        row.iter_mut().for_each(|value| *value = (*value - self.zero) * self.factor);
    }
}

/// Gives the rows of a decoded picture as numbers from 0 to 1.
pub struct Rows {
    luma: Samples,
    luma_scale: Scale,
    /// Differences of blue and of red.
    differences: Option<[Difference; 2]>,
    chroma_scale: Scale,
    matrix: Matrix,
    y: Vec<f32>,
    u: Vec<f32>,
    v: Vec<f32>,
}

impl Rows {
    /// Of colours that are to be understood like this.
    pub fn of_colors(frame: &Frame, cicp: Cicp) -> Result<Self, Fault> {
        let mut rows = Self::of_luma(frame, cicp.is_full_range);
        let Some(differences) = frame.differences() else { return Ok(rows) };
        rows.matrix = Matrix::of(cicp)?;
        let size = rows.luma.size();
        let bit_depth = frame.bit_depth();
        rows.chroma_scale = match rows.matrix {
            Matrix::Identity => rows.luma_scale,
            _ => Scale::chroma(bit_depth, cicp.is_full_range),
        };
        rows.differences = Some(differences.map(|samples| Difference::new(samples, size)));
        (rows.u, rows.v) = (vec![0.0; size.width as usize], vec![0.0; size.width as usize]);
        Ok(rows)
    }

    /// Of brightness alone, or of alpha.
    pub fn of_luma(frame: &Frame, is_full_range: bool) -> Self {
        let luma = frame.luma();
        Self {
            y: vec![0.0; luma.size().width as usize],
            luma_scale: Scale::luma(frame.bit_depth(), is_full_range),
            chroma_scale: Scale { zero: 0.0, factor: 1.0 },
            luma,
            differences: None,
            matrix: Matrix::Identity,
            u: Vec::new(),
            v: Vec::new(),
        }
    }

    /// One row of brightness.
    pub fn luma(&mut self, row: u32) -> &[f32] {
        self.luma.copy_row(row, &mut self.y);
        self.luma_scale.apply(&mut self.y);
        &self.y
    }

    /// One row of red, green and blue.
    pub fn rgb(&mut self, row: u32) -> impl Iterator<Item = [f32; 3]> {
        self.luma(row);
        let (mut u, mut v) = (&self.y, &self.y);
        let is_gray = self.differences.is_none();
        if let Some([blue, red]) = &mut self.differences {
            blue.copy_row(row, &mut self.u);
            red.copy_row(row, &mut self.v);
            self.chroma_scale.apply(&mut self.u);
            self.chroma_scale.apply(&mut self.v);
            (u, v) = (&self.u, &self.v);
        }
        let matrix = self.matrix;
        let pixels = self.y.iter().zip(u).zip(v);
        pixels.map(move |((y, u), v)| if is_gray { [*y; 3] } else { matrix.rgb(*y, *u, *v) })
    }
}

/// A plane of which several pixels may share a sample.
struct Difference {
    samples: Samples,
    /// Pixels of a sample along each axis: 1 or 2.
    is_shared: [bool; 2],
    row: Vec<f32>,
    neighbour: Vec<f32>,
}

impl Difference {
    fn new(samples: Samples, picture: Size) -> Self {
        let Size { width, height } = samples.size();
        let is_shared = [width < picture.width, height < picture.height];
        let row = vec![0.0; width as usize];
        Self { samples, is_shared, neighbour: row.clone(), row }
    }

    /// Writes the row of samples that belongs to a row of pixels, one for each pixel.
    fn copy_row(&mut self, y: u32, to: &mut [f32]) {
        let [is_shared_x, is_shared_y] = self.is_shared;
        if is_shared_y {
            let last = self.samples.size().height - 1;
            let near = (y / 2).min(last);
            let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(last) };
            self.samples.copy_row(near, &mut self.row);
            self.samples.copy_row(far, &mut self.neighbour);
            self.row
                .iter_mut()
                .zip(&self.neighbour)
                .for_each(|(near, far)| *near = *near * 0.75 + far * 0.25);
        } else {
            self.samples.copy_row(y, &mut self.row);
        }
        if is_shared_x {
            blend(&self.row, to);
        } else {
            to.copy_from_slice(&self.row);
        }
    }
}

/// Each sample becomes two, which lean towards its neighbours. The last may become one.
fn blend(row: &[f32], to: &mut [f32]) {
    let (Some(first), Some(last)) = (row.first(), row.last()) else { return };
    let before = std::iter::once(first).chain(row);
    let after = row.iter().skip(1).chain(std::iter::once(last));
    for (to, ((before, sample), after)) in to.chunks_mut(2).zip(before.zip(row).zip(after)) {
        to[0] = sample * 0.75 + before * 0.25;
        if let Some(second) = to.get_mut(1) {
            *second = sample * 0.75 + after * 0.25;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_samples_lean_towards_their_neighbours() {
        let mut pixels = [9.0; 5];
        blend(&[0.0, 4.0, 8.0], &mut pixels);
        assert_eq!(pixels, [0.0, 1.0, 3.0, 5.0, 7.0]);
        let mut one = [9.0];
        blend(&[2.0], &mut one);
        assert_eq!(one, [2.0]);
    }

    #[test]
    fn colours_come_back_from_what_they_were_made_of() {
        let (r, g, b) = (0.8_f32, 0.3, 0.1);
        let (red, blue) = (0.2126, 0.0722);
        let y = red * r + (1.0 - red - blue) * g + blue * b;
        let (u, v) = ((b - y) / (2.0 * (1.0 - blue)), (r - y) / (2.0 * (1.0 - red)));
        let (luma, orange, green) = (r / 4.0 + g / 2.0 + b / 4.0, (r - b) / 2.0, g / 2.0 - r / 4.0 - b / 4.0);
        let made = [
            Matrix::Shares { red, blue }.rgb(y, u, v),
            Matrix::Identity.rgb(g, b, r),
            Matrix::YCgCo.rgb(luma, green, orange),
        ];
        for rgb in made {
            assert!(rgb.iter().zip([r, g, b]).all(|(a, b)| (a - b).abs() < 1e-6), "{rgb:?}");
        }
    }

    #[test]
    fn ranges_end_at_black_and_white_in_every_depth() {
        for (bit_depth, is_full_range, black, white) in [
            (8, true, 0.0, 255.0),
            (8, false, 16.0, 235.0),
            (10, false, 64.0, 940.0),
            (12, true, 0.0, 4095.0),
        ] {
            let mut row = [black, white];
            Scale::luma(bit_depth, is_full_range).apply(&mut row);
            assert!(row[0].abs() < 1e-6 && (row[1] - 1.0).abs() < 1e-6, "{bit_depth} {is_full_range}");
        }
        let mut row = [512.0, 64.0, 960.0];
        Scale::chroma(10, false).apply(&mut row);
        assert_eq!(row, [0.0, -0.5, 0.5]);
    }
}
