//! The first look at a model, in a process of its own: what it is, and what it runs on how fast.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::provider::Provider;
use super::session::{ModelSession, RunError, num_threads};
use crate::infer::facts::{Element, ModelFacts, Port};
use crate::infer::tensor::Tensor;

/// What was found out about a model on this computer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeReport {
    /// What the runtime tells of it.
    pub facts: ModelFacts,
    /// The version of ONNX Runtime.
    pub library_version: String,
    /// How each provider did.
    pub providers: Vec<ProviderReport>,
}

/// How a provider did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProviderReport {
    /// Which.
    pub provider: Provider,
    /// Why it is not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// How long the model took to open, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_ms: Option<f64>,
    /// How long it runs, milliseconds: the fastest of a few runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_ms: Option<f64>,
}

/// A provider is right when its answers are off by no more than this, by the largest answer of the processor.
const MAX_DIFFERENCE: f32 = 0.02;
/// Runs that are measured, after one that is not.
const MAX_RUNS: usize = 5;
/// No run begins after so long.
const ENOUGH: Duration = Duration::from_secs(2);
/// An input of any size is tried with so many numbers along each axis that is not known.
const UNKNOWN_SIDE: usize = 1;

impl ProbeReport {
    /// The provider to use: the fastest of those that are right.
    pub fn fastest(&self) -> Provider {
        let right = self.providers.iter().filter(|report| report.refused.is_none());
        let timed = right.filter_map(|report| Some((report.provider, report.run_ms?)));
        timed.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(Provider::Cpu, |(provider, _)| provider)
    }
}

/// Opens a model and measures it with every provider. A picture is `side` wide and high where the model takes any size. The
/// processor must be able to run it; why others cannot is in the report.
///
/// # Errors
/// When there is no library, or the model cannot be opened.
pub fn probe(path: &Path, side: usize) -> Result<ProbeReport, RunError> {
    let library_version = ModelSession::library_version()?.to_owned();
    let begun = Instant::now();
    let mut session = ModelSession::open(path, Provider::Cpu, num_threads())?;
    let load_ms = ms(begun);
    let facts = session.facts().clone();
    let inputs: Option<Vec<Tensor<'static>>> =
        facts.inputs.iter().map(|port| test_input(port, side)).collect();
    let mut providers = Vec::new();
    let mut expected = None;
    let mut first =
        ProviderReport { provider: Provider::Cpu, refused: None, load_ms: Some(load_ms), run_ms: None };
    // What cannot be run with made-up numbers, as a decoder that needs an encoder's answer, is not measured.
    if let Some(inputs) = &inputs
        && let Ok((answers, run_ms)) = measure(&mut session, inputs)
    {
        expected = Some(answers);
        first.run_ms = Some(run_ms);
    }
    providers.push(first);
    drop(session);
    for provider in Provider::ALL.into_iter().skip(1) {
        providers.push(try_provider(path, provider, inputs.as_deref(), expected.as_deref()));
    }
    Ok(ProbeReport { facts, library_version, providers })
}

fn try_provider(
    path: &Path,
    provider: Provider,
    inputs: Option<&[Tensor<'static>]>,
    expected: Option<&[Vec<f32>]>,
) -> ProviderReport {
    let mut report = ProviderReport { provider, refused: None, load_ms: None, run_ms: None };
    if !provider.is_built_in() {
        report.refused = Some(format!("this ONNX Runtime was built without {}", provider.name()));
        return report;
    }
    let begun = Instant::now();
    let mut session = match ModelSession::open(path, provider, num_threads()) {
        Ok(session) => session,
        Err(error) => {
            report.refused = Some(error.to_string());
            return report;
        }
    };
    report.load_ms = Some(ms(begun));
    let (Some(inputs), Some(expected)) = (inputs, expected) else {
        report.refused =
            Some("the model cannot be tried out by itself, so its answers cannot be compared".to_owned());
        return report;
    };
    match measure(&mut session, inputs) {
        Ok((answers, run_ms)) => {
            report.run_ms = Some(run_ms);
            let difference = difference(expected, &answers);
            if difference.is_nan() || difference > MAX_DIFFERENCE {
                report.refused = Some(format!("its answers are off by {:.1} %", difference * 100.0));
            }
        }
        Err(error) => report.refused = Some(error.to_string()),
    }
    report
}

/// The answers, and how long the fastest run took, milliseconds.
fn measure(session: &mut ModelSession, inputs: &[Tensor<'_>]) -> Result<(Vec<Vec<f32>>, f64), RunError> {
    let all_begun = Instant::now();
    let answers =
        session.run(inputs, |outputs| outputs.iter().map(|tensor| tensor.data().to_vec()).collect())?;
    // The first run also sets things up; of a slow model, nobody wants to wait for a second one.
    let mut fastest = ms(all_begun);
    for _ in 0..MAX_RUNS {
        if all_begun.elapsed() > ENOUGH {
            break;
        }
        let begun = Instant::now();
        session.run(inputs, |_| ())?;
        fastest = fastest.min(ms(begun));
    }
    Ok((answers, fastest))
}

/// The largest difference of two answers, by the largest number of the first.
fn difference(expected: &[Vec<f32>], found: &[Vec<f32>]) -> f32 {
    let of_output = |(expected, found): (&Vec<f32>, &Vec<f32>)| {
        if expected.len() != found.len() {
            return f32::INFINITY;
        }
        let largest = expected.iter().fold(1e-6f32, |largest, value| largest.max(value.abs()));
        let off = expected.iter().zip(found).fold(0f32, |off, (a, b)| {
            let difference = (a - b).abs();
            if difference.is_nan() { f32::INFINITY } else { off.max(difference) }
        });
        off / largest
    };
    expected.iter().zip(found).map(of_output).fold(0.0, f32::max)
}

/// Numbers for an input: those of a picture with something on it, or zeros. `None` for what is no tensor of numbers.
fn test_input(port: &Port, side: usize) -> Option<Tensor<'static>> {
    if port.element == Element::Other {
        return None;
    }
    let is_picture = matches!(port.rank(), 3 | 4);
    let shape: Vec<usize> = (0..port.rank())
        .map(|axis| {
            let unknown = if is_picture && axis > 0 { side } else { UNKNOWN_SIDE };
            port.fixed(axis).unwrap_or(unknown)
        })
        .collect();
    let num = shape.iter().try_fold(1usize, |num, size| num.checked_mul(*size))?;
    let range = if port.element == Element::U8 { 255.0 } else { 1.0 };
    // Waves of different lengths: not flat, and the same every time.
    let value = |i: usize| ((i as f32 * 0.37).sin() * 0.5 + 0.5) * range;
    let data: Vec<f32> = (0..num).map(|i| if is_picture { value(i) } else { 0.0 }).collect();
    Tensor::new(port.name.clone(), shape, data)
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(provider: Provider, run_ms: Option<f64>, refused: Option<&str>) -> ProviderReport {
        ProviderReport { provider, refused: refused.map(str::to_owned), load_ms: None, run_ms }
    }

    #[test]
    fn the_fastest_that_is_right_is_used() {
        let fastest = |providers: Vec<ProviderReport>| {
            ProbeReport { facts: ModelFacts::default(), library_version: String::new(), providers }.fastest()
        };
        let cpu = || report(Provider::Cpu, Some(50.0), None);
        assert_eq!(fastest(vec![cpu(), report(Provider::Cuda, Some(5.0), None)]), Provider::Cuda);
        assert_eq!(fastest(vec![cpu(), report(Provider::Cuda, Some(5.0), Some("wrong"))]), Provider::Cpu);
        assert_eq!(fastest(vec![cpu(), report(Provider::CoreMl, Some(80.0), None)]), Provider::Cpu);
        assert_eq!(fastest(vec![report(Provider::Cpu, None, None)]), Provider::Cpu);
    }

    #[test]
    fn answers_are_compared_by_their_largest_number() {
        let answer = |values: &[f32]| vec![values.to_vec()];
        assert!(difference(&answer(&[100.0, 1.0]), &answer(&[100.0, 2.0])) < 0.011);
        assert_eq!(difference(&answer(&[1.0]), &answer(&[1.0, 1.0])), f32::INFINITY);
        assert_eq!(difference(&answer(&[1.0]), &answer(&[f32::NAN])), f32::INFINITY);
    }
}
