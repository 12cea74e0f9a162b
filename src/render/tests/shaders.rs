//! Every shader is sound, and none is forgotten.

use wgpu::naga;

use crate::render::{boxes, fills, handles, image, lines, rects, renderer::Blueprint, video};

const ALL: [Blueprint; 9] = [
    image::FLOAT_BLUEPRINT,
    image::INTEGER_BLUEPRINT,
    video::FLOAT_BLUEPRINT,
    video::INTEGER_BLUEPRINT,
    fills::BLUEPRINT,
    rects::BLUEPRINT,
    boxes::BLUEPRINT,
    lines::BLUEPRINT,
    handles::BLUEPRINT,
];

#[test]
fn every_shader_validates() {
    for blueprint in &ALL {
        let text = blueprint.shader_text();
        let module = naga::front::wgsl::parse_str(&text)
            .unwrap_or_else(|e| panic!("{}", e.emit_to_string_with_path(&text, blueprint.name)));
        let mut validator = naga::valid::Validator::new(
            naga::valid::ValidationFlags::all(),
            naga::valid::Capabilities::empty(),
        );
        validator
            .validate(&module)
            .unwrap_or_else(|e| panic!("{}", e.emit_to_string_with_path(&text, blueprint.name)));
    }
}

#[test]
fn every_file_in_shaders_is_a_primitive_of_that_name() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("is readable").file_name().to_string_lossy().into_owned())
        .collect();
    let mut expected: Vec<String> = ALL.iter().map(|blueprint| format!("{}.wgsl", blueprint.name)).collect();
    expected.extend(["common.wgsl".to_owned(), "picture.wgsl".to_owned()]);
    files.sort();
    expected.sort();
    expected.dedup();
    assert_eq!(files, expected);
}
