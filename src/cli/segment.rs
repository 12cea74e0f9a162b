//! `fieldmark segment`: a mask by points and boxes.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use serde_json::json;

use super::console::Console;
use super::parse::region;
use crate::geometry::{Point, Rect};
use crate::infer::prompted::{PromptPoint, Prompts};
use crate::media::{DecodeLimits, decode};
use crate::project::models::Segmenter;

/// Make a mask of what points and boxes mean, with an encoder and a decoder such as those of SAM
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("prompt").args(["points", "rect"]).required(true).multiple(true)))]
pub(super) struct Args {
    /// The picture.
    image: PathBuf,

    /// The encoder, an ONNX or ORT file.
    #[arg(long, value_name = "ENC")]
    model: PathBuf,

    /// Its decoder.
    #[arg(long, value_name = "DEC")]
    decoder: PathBuf,

    /// A point on the thing, in pixels; with `,neg` behind it, one that is not on it. May be repeated.
    #[arg(long = "point", value_name = "X,Y[,neg]", value_parser = point, allow_hyphen_values = true)]
    points: Vec<PromptPoint>,

    /// A box around the thing, in pixels.
    #[arg(long = "box", id = "rect", value_name = "X,Y,W,H", value_parser = region, allow_hyphen_values = true)]
    rect: Option<Rect>,

    /// The PNG file to write: white where the thing is.
    #[arg(short, long, value_name = "MASK.png")]
    output: PathBuf,
}

/// "12.5,30" or "12.5,30,neg".
fn point(text: &str) -> Result<PromptPoint, String> {
    let wrong = || format!("{text:?} is no point; write X,Y or X,Y,neg");
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (x, y, is_on_it) = match parts[..] {
        [x, y] => (x, y, true),
        [x, y, "neg"] => (x, y, false),
        _ => return Err(wrong()),
    };
    let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(wrong);
    Ok(PromptPoint { position: Point::new(number(x)?, number(y)?), is_on_it })
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        let Self { image, model, decoder, points, rect, output } = self;
        let (mask, size, [encode_ms, decode_ms]) = console.run("Looking at the picture", move |job| {
            let picture = decode(&image, &DecodeLimits::default(), job)?.picture;
            let mut segmenter = Segmenter::open(&model, &decoder, job)?;
            let begun = Instant::now();
            let embedding = segmenter.embed(&picture)?;
            let encode_ms = begun.elapsed().as_secs_f64() * 1e3;
            let begun = Instant::now();
            let mask = segmenter.segment(&embedding, &Prompts { points, rect })?;
            Ok((mask, picture.size(), [encode_ms, begun.elapsed().as_secs_f64() * 1e3]))
        })?;
        let mut bitmap = mask.mask.to_bitmap(0, 0, size.width, size.height);
        bitmap.iter_mut().for_each(|bit| *bit *= u8::MAX);
        image::save_buffer(&output, &bitmap, size.width, size.height, image::ExtendedColorType::L8)
            .with_context(|| format!("the mask could not be written [{}]", output.display()))?;
        let num_pixels = mask.mask.area();
        console.result(
            &json!({
                "file": output, "score": mask.score, "num_pixels": num_pixels,
                "encode_ms": encode_ms, "decode_ms": decode_ms,
            }),
            || format!("{} ({num_pixels} pixels, score {:.3})", output.display(), mask.score),
        )
    }
}
