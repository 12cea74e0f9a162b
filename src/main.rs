//! The `fieldmark` program.

fn main() -> std::process::ExitCode {
    fieldmark::cli::run()
}
