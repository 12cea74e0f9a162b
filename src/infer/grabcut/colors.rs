//! The colours of the object or of its surroundings: a mixture of Gaussians in RGB.

/// Red, green and blue, 0 to 255.
pub(super) type Rgb = [f32; 3];

/// Gaussians of a mixture: K of the GrabCut paper.
const NUM_GAUSSIANS: usize = 5;
/// Added to the variances, so that an area of a single colour has a model, too.
const MIN_VARIANCE: f32 = 2.0;

/// A mixture of Gaussians with full covariances.
pub(super) struct Mixture {
    gaussians: Vec<Gaussian>,
}

struct Gaussian {
    mean: Rgb,
    /// The inverse of the covariance: its diagonal, then the elements (0, 1), (0, 2) and (1, 2).
    inverse: [f32; 6],
    /// -log π + ½ log det Σ
    offset: f32,
}

/// Sums of a set of colours.
#[derive(Clone, Copy, Default)]
struct Sums {
    number: f64,
    first: [f64; 3],
    /// As in [`Gaussian::inverse`].
    second: [f64; 6],
}

impl Mixture {
    /// Learns from colours. The first clusters are made by splitting the widest along its widest direction (Orchard and
    /// Bouman, *Color Quantization of Images*, 1991), as in the GrabCut paper. Without colours everything is as likely.
    pub fn learn(colors: &[Rgb]) -> Self {
        let mut members = vec![0_u8; colors.len()];
        let mut clusters = vec![Sums::of(colors.iter())];
        while clusters.len() < NUM_GAUSSIANS {
            let widest = (0..clusters.len()).map(|i| (i, clusters[i].widest()));
            let Some((split, (variance, direction))) = widest.max_by(|a, b| a.1.0.total_cmp(&b.1.0)) else {
                break;
            };
            if variance <= MIN_VARIANCE {
                break;
            }
            let mean = clusters[split].mean();
            let new = clusters.len() as u8;
            for (color, member) in colors.iter().zip(&mut members) {
                let along: f32 = (0..3).map(|c| (color[c] - mean[c]) * direction[c]).sum();
                if usize::from(*member) == split && along > 0.0 {
                    *member = new;
                }
            }
            let of = |number: u8| {
                Sums::of(colors.iter().zip(&members).filter(|(_, member)| **member == number).map(|(c, _)| c))
            };
            clusters[split] = of(split as u8);
            clusters.push(of(new));
        }
        Self::from_clusters(&clusters)
    }

    /// Learns anew: each colour belongs to the Gaussian that explains it best.
    pub fn relearn(&self, colors: &[Rgb]) -> Self {
        let mut clusters = vec![Sums::default(); self.gaussians.len()];
        for color in colors {
            let best = (0..self.gaussians.len())
                .min_by(|a, b| self.gaussians[*a].cost(color).total_cmp(&self.gaussians[*b].cost(color)));
            if let Some(best) = best {
                clusters[best].add(color);
            }
        }
        Self::from_clusters(&clusters)
    }

    fn from_clusters(clusters: &[Sums]) -> Self {
        let number: f64 = clusters.iter().map(|sums| sums.number).sum();
        let gaussians =
            clusters.iter().filter(|sums| sums.number > 0.0).map(|sums| sums.gaussian(number)).collect();
        Self { gaussians }
    }

    /// How badly it explains a colour: the negative logarithm of the likelihood of its best Gaussian.
    pub fn cost(&self, color: &Rgb) -> f32 {
        self.gaussians.iter().map(|gaussian| gaussian.cost(color)).reduce(f32::min).unwrap_or(0.0)
    }
}

impl Gaussian {
    fn cost(&self, color: &Rgb) -> f32 {
        let [r, g, b] = [color[0] - self.mean[0], color[1] - self.mean[1], color[2] - self.mean[2]];
        let [rr, gg, bb, rg, rb, gb] = self.inverse;
        let square = rr * r * r + gg * g * g + bb * b * b + 2.0 * (rg * r * g + rb * r * b + gb * g * b);
        self.offset + 0.5 * square
    }
}

impl Sums {
    fn of<'a>(colors: impl Iterator<Item = &'a Rgb>) -> Self {
        let mut sums = Self::default();
        colors.for_each(|color| sums.add(color));
        sums
    }

    fn add(&mut self, color: &Rgb) {
        let [r, g, b] = color.map(f64::from);
        self.number += 1.0;
        self.first.iter_mut().zip([r, g, b]).for_each(|(sum, value)| *sum += value);
        let products = [r * r, g * g, b * b, r * g, r * b, g * b];
        self.second.iter_mut().zip(products).for_each(|(sum, value)| *sum += value);
    }

    fn mean(&self) -> Rgb {
        self.first.map(|sum| (sum / self.number.max(1.0)) as f32)
    }

    fn covariance(&self) -> [f32; 6] {
        let number = self.number.max(1.0);
        let [r, g, b] = self.first.map(|sum| sum / number);
        let products = [r * r, g * g, b * b, r * g, r * b, g * b];
        std::array::from_fn(|i| (self.second[i] / number - products[i]) as f32)
    }

    /// The greatest variance in any direction, and that direction, by repeated multiplication.
    fn widest(&self) -> (f32, Rgb) {
        let [rr, gg, bb, rg, rb, gb] = self.covariance();
        let (mut direction, mut variance) = ([0.6, 0.6, 0.52], 0.0);
        for _ in 0..24 {
            let [r, g, b]: Rgb = direction;
            let next = [rr * r + rg * g + rb * b, rg * r + gg * g + gb * b, rb * r + gb * g + bb * b];
            variance = next.iter().map(|v| v * v).sum::<f32>().sqrt();
            if variance < 1e-6 {
                break;
            }
            direction = next.map(|v| v / variance);
        }
        (variance, direction)
    }

    fn gaussian(&self, number_of_all: f64) -> Gaussian {
        let [rr, gg, bb, rg, rb, gb] = self.covariance();
        let [rr, gg, bb] = [rr, gg, bb].map(|variance| variance.max(0.0) + MIN_VARIANCE);
        let cofactors = [
            gg * bb - gb * gb,
            rr * bb - rb * rb,
            rr * gg - rg * rg,
            rb * gb - rg * bb,
            rg * gb - rb * gg,
            rg * rb - rr * gb,
        ];
        let determinant = (rr * cofactors[0] + rg * cofactors[3] + rb * cofactors[4]).max(1e-3);
        let share = (self.number / number_of_all) as f32;
        Gaussian {
            mean: self.mean(),
            inverse: cofactors.map(|cofactor| cofactor / determinant),
            offset: 0.5 * determinant.ln() - share.ln(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cloud(center: Rgb, spread: f32, number: u32) -> impl Iterator<Item = Rgb> {
        (0..number).map(move |i| {
            let at = |seed: u32| ((i * seed) % 97) as f32 / 97.0 - 0.5;
            [center[0] + spread * at(31), center[1] + spread * at(57), center[2] + spread * at(83)]
        })
    }

    #[test]
    fn a_mixture_explains_what_it_has_learned_better_than_anything_else() {
        let colors: Vec<Rgb> =
            cloud([200.0, 40.0, 40.0], 20.0, 500).chain(cloud([40.0, 40.0, 200.0], 20.0, 500)).collect();
        let mixture = Mixture::learn(&colors);
        let again = mixture.relearn(&colors);
        for mixture in [mixture, again] {
            let seen = mixture.cost(&[200.0, 40.0, 40.0]).max(mixture.cost(&[40.0, 40.0, 200.0]));
            for unseen in [[120.0, 40.0, 120.0], [40.0, 200.0, 40.0], [255.0; 3]] {
                assert!(mixture.cost(&unseen) > seen + 3.0, "{unseen:?}");
            }
        }
    }

    #[test]
    fn one_colour_or_none_is_no_reason_to_fail() {
        let gray = Mixture::learn(&[[9.0; 3]; 40]);
        assert!(gray.cost(&[9.0; 3]) < gray.cost(&[30.0; 3]) && gray.cost(&[255.0; 3]).is_finite());
        assert_eq!(Mixture::learn(&[]).cost(&[1.0; 3]), 0.0);
    }
}
