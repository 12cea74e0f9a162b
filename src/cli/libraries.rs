//! Looks at libraries that are loaded at run time: whether they are there, and of which version.

use std::ffi::{CStr, OsString, c_char};

use libloading::Library;

use crate::base::libraries::library_file_name;

/// A library that was found: how it was asked for, and its version.
pub(super) struct FoundLibrary {
    pub name: String,
    pub version: String,
}

fn load(name: &str) -> Option<Library> {
    // SAFETY: loading runs the library's initialisers. Both libraries looked for here are made to be loaded into any
    // process, and have initialisers without effects of their own.
    unsafe { Library::new(name) }.ok()
}

/// The beginning of ONNX Runtime's table of functions, which is the same in every version.
#[repr(C)]
struct OrtApiBase {
    get_api: unsafe extern "C" fn(u32) -> *const std::ffi::c_void,
    get_version_string: unsafe extern "C" fn() -> *const c_char,
}

/// The variable that names ONNX Runtime's library.
const ONNX_VARIABLE: &str = "ORT_DYLIB_PATH";

/// ONNX Runtime: the library that the environment names, or the system's.
pub(super) fn find_onnx_runtime() -> Option<FoundLibrary> {
    let named = std::env::var_os(ONNX_VARIABLE).map(OsString::into_string).and_then(Result::ok);
    let usual = [library_file_name("onnxruntime", None), library_file_name("onnxruntime", Some(1))];
    named.into_iter().chain(usual).find_map(|name| {
        let library = load(&name)?;
        // SAFETY: `const OrtApiBase* OrtGetApiBase(void)` is the one entry point of every version of ONNX Runtime. The
        // table is static, and so is the text, which lives as long as the library is loaded.
        let version = unsafe {
            let base = library.get::<unsafe extern "C" fn() -> *const OrtApiBase>(b"OrtGetApiBase\0").ok()?();
            let text = (base.as_ref()?.get_version_string)();
            (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())?
        };
        Some(FoundLibrary { name, version })
    })
}
