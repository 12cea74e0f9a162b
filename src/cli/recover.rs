//! `fieldmark recover`: what can be read of a damaged project.

use std::path::PathBuf;

use super::console::{Console, counted};
use super::parse::check_exists;
use crate::project::{Identity, recover};

/// Save what can be read of a damaged project into a new one
///
/// The damaged file stays as it is.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The damaged project.
    project: PathBuf,

    /// The project to make, in any folder.
    #[arg(short, long, value_name = "NEW.fieldmark")]
    output: PathBuf,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        check_exists(std::slice::from_ref(&self.project))?;
        let (from, to) = (self.project, self.output);
        let target = to.clone();
        let identity = Identity::load()?;
        let salvaged = console.run("Reading", move |job| Ok(recover(&from, &to, &identity, job)?))?;
        console.result(&salvaged, || {
            let pictures = counted(salvaged.num_assets, "picture");
            let objects = counted(salvaged.num_objects, "object");
            let steps = counted(salvaged.num_steps, "step");
            let mut text = format!("{} has {pictures}, {objects} and {steps} to undo.", target.display());
            text += &match salvaged.num_lost_ops {
                Some(0) => "\nNothing was lost.".to_owned(),
                Some(lost) => {
                    format!("\n{} of {} could not be read.", counted(lost, "change"), lost + salvaged.num_ops)
                }
                None => "\nThe end of the file could not be read; what was done last may be lost.".to_owned(),
            };
            text
        })
    }
}
