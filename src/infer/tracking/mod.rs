//! Carrying a shape through the frames of a video, forwards or backwards, without a trained model.
//!
//! **How it thinks.** Two specialists share the work, and a third puts their answers together:
//!
//! - A [`BoxTracker`] knows what the object looks like *as a whole*: a discriminative correlation filter on histograms
//!   of gradients, brightness and colour finds it in each frame, a second one finds its size. It cannot drift slowly
//!   away, it survives blur and partial hiding, and it knows when it does not see the object.
//! - [`Flow`](flow::Flow) knows where single *points* went, to a fraction of a pixel: the pyramidal Lucas–Kanade method.
//!   Each point is followed back again, and one that does not come home is not believed.
//! - A [`ShapeTracker`] begins with a shape of any kind. Boxes go with the filter. For everything else the points give
//!   a [`Similarity`] (move, turn, scale), fitted robustly, and the filter says whether the object is still there and
//!   keeps the fit from drifting. Points and joints follow their own flow as far as it can be believed.
//!
//! **When it is lost.** Each step says how sure it is ([`Sight`]). An object that is hidden for a moment is *unsure*:
//! nothing is learned from such frames, and the search goes on where the object was heading. When it does not come back,
//! or leaves the picture, it is *lost*, and stays so. Nothing is claimed about unsure and lost frames.
//!
//! **Sources.** Danelljan et al., "Accurate scale estimation for robust visual tracking" (DSST, 2014); Henriques et al.,
//! "High-speed tracking with kernelized correlation filters" (KCF, 2015); Bolme et al., "Visual object tracking using
//! adaptive correlation filters" (MOSSE, 2010) for the peak-to-sidelobe ratio; Felzenszwalb et al., "Object detection with
//! discriminatively trained part based models" (2010) for the histograms; Bouguet, "Pyramidal implementation of the
//! Lucas Kanade feature tracker" (2000); Kalal et al., "Forward-backward error" (2010); Shi and Tomasi, "Good features to
//! track" (1994).
//!
//! **Invariants.** Lengths are image pixels, in f64 outside and f32 within. The cost of a step follows the
//! shape's kind, not the size of the picture: what is looked at is resampled to a fixed number of pixels. Nothing
//! panics on shapes that lie outside the picture or on pictures of another size.

mod box_tracker;
mod corners;
mod correlation;
mod fft;
mod flow;
mod hog;
mod image;
mod resample;
mod scale;
mod shape_tracker;
mod similarity;

#[cfg(test)]
mod test_scenes;
#[cfg(test)]
mod tests;

pub use box_tracker::{BoxTracker, LostReason, Sight};
pub use image::TrackImage;
pub use shape_tracker::{CannotTrack, ShapeTracker};
pub use similarity::Similarity;
