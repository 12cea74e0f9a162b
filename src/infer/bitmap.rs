//! Sets of pixels while they are worked out: what hangs together, specks and pinholes.

use crate::geometry::Mask;

/// One byte a pixel, row-major; what is not 0 is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Bitmap {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width × height` bytes.
    pub pixels: Vec<u8>,
}

impl Bitmap {
    /// A clear one.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![0; width * height] }
    }

    /// The same set, its first pixel at the origin.
    pub fn mask(&self) -> Mask {
        // Nobody has pictures in memory that are larger than what masks reach.
        Mask::from_bitmap(0, 0, self.width as u32, self.height as u32, &self.pixels).unwrap_or_default()
    }

    /// Fills what is enclosed and smaller than `max_pixels`, and drops parts that are smaller: what is left of noise.
    /// Parts and holes hang together by their sides; what touches the border is no hole.
    pub fn tidy(&mut self, max_pixels: usize) {
        let mut seen = vec![false; self.pixels.len()];
        let mut part = Vec::new();
        for start in 0..self.pixels.len() {
            if seen[start] {
                continue;
            }
            let touches_border = self.flood(start, &mut seen, &mut part);
            let is_set = self.pixels[start] != 0;
            if part.len() < max_pixels && (is_set || !touches_border) {
                part.iter().for_each(|&i| self.pixels[i] = u8::from(!is_set));
            }
        }
    }

    /// The pixels with the value of `start` that hang together with it. Returns whether they touch the border.
    fn flood(&self, start: usize, seen: &mut [bool], part: &mut Vec<usize>) -> bool {
        let is_set = |i: usize| self.pixels[i] != 0;
        part.clear();
        part.push(start);
        seen[start] = true;
        let (mut next, mut touches_border) = (0, false);
        while let Some(&i) = part.get(next) {
            next += 1;
            let (x, y) = (i % self.width, i / self.width);
            let sides = [
                (x > 0, i.wrapping_sub(1)),
                (x + 1 < self.width, i + 1),
                (y > 0, i.wrapping_sub(self.width)),
                (y + 1 < self.height, i + self.width),
            ];
            for (is_inside, to) in sides {
                touches_border |= !is_inside;
                if is_inside && !seen[to] && is_set(to) == is_set(start) {
                    seen[to] = true;
                    part.push(to);
                }
            }
        }
        touches_border
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bitmap(rows: &[&str]) -> Bitmap {
        let pixels = rows.iter().flat_map(|row| row.bytes()).map(|c| u8::from(c == b'#')).collect();
        Bitmap { width: rows[0].len(), height: rows.len(), pixels }
    }

    #[test]
    fn specks_go_and_pinholes_close_and_what_is_large_stays() {
        let mut found = bitmap(&["#....##", "..####.", "..#.##.", "..####.", "......."]);
        found.tidy(2);
        // The two at the top right are large enough to stay.
        assert_eq!(found, bitmap(&[".....##", "..####.", "..####.", "..####.", "......."]));
        let mut found = bitmap(&["###", "#.#", "#.#"]);
        found.tidy(4);
        assert_eq!(found, bitmap(&["###", "#.#", "#.#"]), "open at the border: no hole");
    }
}
