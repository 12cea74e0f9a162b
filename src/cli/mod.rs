//! The command line: `fieldmark` and its subcommands.
//!
//! A subcommand is a file with its arguments, their help, and `run`; it is one variant of [`Command`] and one line
//! below it. The work itself is done by [`project`](crate::project), the same functions that the window calls.
//!
//! **The contract.** With `--json` a command writes one JSON object to standard output, and nothing else: not even
//! on failure, where the object is `{"error": …}`. Messages and progress go to standard error, progress bars to a
//! terminal only. The exit code is 0 on success, 1 on failure, and 2 when the command was not understood. A command
//! that only looks works beside a window that has the project open.
//!
//! **Invariants.** No algorithms, no egui. Nothing is asked of the person: every command runs in a script.

mod add;
mod bench;
mod console;
mod convert;
mod doctor;
mod export;
mod formats;
#[cfg(feature = "video")]
mod frames;
mod import;
mod info;
mod media;
#[cfg(feature = "infer")]
mod models;
mod new;
mod open;
mod parse;
#[cfg(feature = "infer")]
mod probe_model;
mod recover;
mod render;
#[cfg(feature = "infer")]
mod segment;
#[cfg(feature = "infer")]
mod suggest;
#[cfg(feature = "video")]
mod track;
#[cfg(feature = "video")]
mod video_info;
#[cfg(feature = "video")]
mod videos;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use console::Console;

/// Label pictures on your own machine, with or without a network.
///
/// Without a subcommand, the window opens on a project, a folder of pictures or a single picture.
#[derive(Parser)]
#[command(name = "fieldmark", version, max_term_width = 100)]
#[command(override_usage = "fieldmark [--json] [PATH]\n       fieldmark <COMMAND> …")]
struct Cli {
    /// A project, a folder or a picture to open in the window.
    path: Option<PathBuf>,

    /// Write one JSON object to standard output, and nothing else.
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

/// The subcommands, in the order in which `--help` lists them.
#[derive(Subcommand)]
enum Command {
    New(new::Args),
    Add(add::Args),
    Info(info::Args),
    Import(import::Args),
    Export(export::Args),
    Convert(convert::Args),
    Formats(formats::Args),
    Render(render::Args),
    #[cfg(feature = "video")]
    Frames(frames::Args),
    #[cfg(feature = "video")]
    Track(track::Args),
    #[cfg(feature = "infer")]
    Suggest(suggest::Args),
    #[cfg(feature = "infer")]
    Segment(segment::Args),
    #[cfg(feature = "infer")]
    Models(models::Args),
    Doctor(doctor::Args),
    Bench(bench::Args),
    Recover(recover::Args),
    #[cfg(feature = "infer")]
    ProbeModel(probe_model::Args),
}

impl Command {
    fn run(self, console: &Console) -> anyhow::Result<()> {
        match self {
            Self::New(args) => args.run(console),
            Self::Add(args) => args.run(console),
            Self::Info(args) => args.run(console),
            Self::Import(args) => args.run(console),
            Self::Export(args) => args.run(console),
            Self::Convert(args) => args.run(console),
            Self::Formats(args) => args.run(console),
            Self::Render(args) => args.run(console),
            #[cfg(feature = "video")]
            Self::Frames(args) => args.run(console),
            #[cfg(feature = "video")]
            Self::Track(args) => args.run(console),
            #[cfg(feature = "infer")]
            Self::Suggest(args) => args.run(console),
            #[cfg(feature = "infer")]
            Self::Segment(args) => args.run(console),
            #[cfg(feature = "infer")]
            Self::Models(args) => args.run(console),
            Self::Doctor(args) => args.run(console),
            Self::Bench(args) => args.run(console),
            Self::Recover(args) => args.run(console),
            #[cfg(feature = "infer")]
            Self::ProbeModel(args) => args.run(console),
        }
    }
}

/// Names what is written to standard error besides messages, as in `debug` or `fieldmark::store=trace`.
const LOG_VARIABLE: &str = "FIELDMARK_LOG";

/// Does what the program's arguments say.
pub fn run() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::new().filter_or(LOG_VARIABLE, "off")).init();
    let cli = Cli::parse();
    let console = Console::new(cli.json);
    let result = match (cli.command, cli.path) {
        (Some(command), None) => command.run(&console),
        (None, path) => open::run(path, &console),
        (Some(_), Some(path)) => {
            let message =
                format!("{:?} is no subcommand; write the subcommand first", path.display().to_string());
            Cli::command().error(clap::error::ErrorKind::InvalidSubcommand, message).exit()
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console.fail(&error);
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_declared_without_contradiction() {
        super::Cli::command().debug_assert();
    }
}
