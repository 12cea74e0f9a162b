//! How the files of libraries that are loaded at run time are called.

/// The name of a library's file on this system, as in `libavcodec.so.61`.
pub fn library_file_name(base: &str, major: Option<u32>) -> String {
    match (std::env::consts::OS, major) {
        ("windows", Some(major)) => format!("{base}-{major}.dll"),
        ("windows", None) => format!("{base}.dll"),
        ("macos", Some(major)) => format!("lib{base}.{major}.dylib"),
        ("macos", None) => format!("lib{base}.dylib"),
        (_, Some(major)) => format!("lib{base}.so.{major}"),
        (_, None) => format!("lib{base}.so"),
    }
}
