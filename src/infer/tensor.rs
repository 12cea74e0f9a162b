//! Tensors as the rest of this folder sees them: names, sizes and 32-bit floats.

use std::borrow::Cow;

/// An input or output of a model. Whatever the model's own type, numbers are `f32`: whole numbers up to 2²⁴ stay exact,
/// and no model here gives larger ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor<'a> {
    /// Its name in the graph.
    pub name: Cow<'a, str>,
    shape: Vec<usize>,
    data: Cow<'a, [f32]>,
}

impl<'a> Tensor<'a> {
    /// A tensor of this shape; `None` when the numbers are not as many as it says.
    pub fn new(
        name: impl Into<Cow<'a, str>>,
        shape: Vec<usize>,
        data: impl Into<Cow<'a, [f32]>>,
    ) -> Option<Self> {
        let data = data.into();
        let num = shape.iter().try_fold(1usize, |num, size| num.checked_mul(*size))?;
        (num == data.len()).then(|| Self { name: name.into(), shape, data })
    }

    /// The size along each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The size along each axis, where there are `N` axes once leading axes of size 1 are taken away or added.
    pub fn dims<const N: usize>(&self) -> Option<[usize; N]> {
        let surplus = self.shape.len().saturating_sub(N);
        if self.shape[..surplus].iter().any(|size| *size != 1) {
            return None;
        }
        let mut dims = [1; N];
        let kept = &self.shape[surplus..];
        dims[N - kept.len()..].copy_from_slice(kept);
        Some(dims)
    }

    /// All numbers, the last axis running fastest.
    pub fn data(&self) -> &[f32] {
        &self.data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_axes_of_one_come_and_go() {
        let tensor = Tensor::new("t", vec![1, 2, 3], vec![0.0; 6]).unwrap();
        assert_eq!(tensor.dims::<2>(), Some([2, 3]));
        assert_eq!(tensor.dims::<4>(), Some([1, 1, 2, 3]));
        assert_eq!(tensor.dims::<1>(), None);
        assert_eq!(Tensor::new("t", vec![2, 2], vec![0.0; 3]), None);
        assert_eq!(Tensor::new("t", vec![usize::MAX, 2], vec![0.0; 3]), None);
    }
}
