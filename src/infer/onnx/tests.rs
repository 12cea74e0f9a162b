use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::infer::facts::{Dim, Element, Port};

/// A field with a length: its key, its length, its bytes.
fn bytes(number: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    varint(content.len() as u64, &mut out);
    out.extend(content);
    out
}

/// A field with a number.
fn number(field: u8, value: u64) -> Vec<u8> {
    let mut out = vec![field << 3];
    varint(value, &mut out);
    out
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn port(name: &str, dims: &[Vec<u8>]) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|dim| bytes(1, dim)).collect();
    let tensor = [number(1, 1), bytes(2, &dims)].concat();
    [bytes(1, name.as_bytes()), bytes(2, &bytes(1, &tensor))].concat()
}

fn weight(name: &str, side: u64, num_bytes: usize) -> Vec<u8> {
    [number(1, side), number(1, 2), number(2, 1), bytes(8, name.as_bytes()), bytes(9, &vec![0; num_bytes])]
        .concat()
}

fn model_with(weight: &[u8]) -> Vec<u8> {
    let image = port("image", &[number(1, 1), number(1, 3), bytes(2, b"height"), vec![]]);
    let graph = [
        bytes(1, &bytes(4, b"Conv")),
        bytes(1, &bytes(4, b"Conv")),
        bytes(5, weight),
        bytes(11, &image),
        bytes(11, &port("w", &[number(1, 3)])),
        bytes(12, &port("out", &[number(1, 5)])),
    ]
    .concat();
    [
        number(1, 8),
        bytes(2, b"test"),
        bytes(7, &graph),
        bytes(8, &number(2, 17)),
        bytes(14, &[bytes(1, b"names"), bytes(2, b"{0: 'cat'}")].concat()),
    ]
    .concat()
}

fn read(file: &[u8]) -> Result<ModelFile, OnnxError> {
    read_model(Cursor::new(file))
}

#[test]
fn tells_ports_metadata_operators_and_weights() {
    let ModelFile::Onnx(facts) = read(&model_with(&weight("w", 3, 24))).unwrap() else { panic!() };
    let dims = vec![Dim::Fixed(1), Dim::Fixed(3), Dim::Named("height".into()), Dim::Free];
    assert_eq!(facts.inputs, [Port { name: "image".into(), element: Element::F32, dims }]);
    assert_eq!(facts.outputs[0].text(), "out f32 [5]");
    assert_eq!(facts.metadata["names"], "{0: 'cat'}");
    assert_eq!((facts.producer.as_str(), facts.opsets[""]), ("test", 17));
    assert_eq!((facts.operators["Conv"], facts.num_weight_bytes), (2, 24));
    assert_eq!(facts.least_memory_bytes(), Some(24 + 12 + 20));
}

#[test]
fn weights_that_lie_about_their_size_are_refused() {
    assert!(
        matches!(read(&model_with(&weight("w", 4, 24))), Err(OnnxError::WrongSize { name }) if name == "w")
    );
    assert!(matches!(read(&model_with(&weight("w", 1 << 62, 24))), Err(OnnxError::WrongSize { .. })));
}

#[test]
fn other_files_are_no_models() {
    for file in
        [&b""[..], b"PK\x03\x04 a zip archive", b"\x89PNG\r\n", b"\x08", b"BM bitmap", b"\x12\x7fshort"]
    {
        assert!(matches!(read(file), Err(OnnxError::NotOnnx)), "{file:?}");
    }
    assert!(matches!(read(b"\x1c\0\0\0ORTM...."), Ok(ModelFile::Ort)));
}

#[test]
fn a_file_that_is_cut_off_says_so() {
    let whole = model_with(&weight("w", 3, 24));
    let error = read(&whole[..60]).unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
    // A cut between two parts of the whole leaves a message; anywhere else it is found out.
    let num_refused = (10..whole.len()).filter(|length| read(&whole[..*length]).is_err()).count();
    assert!(num_refused > whole.len() - 20, "{num_refused} of {}", whole.len());
}

#[test]
fn graphs_that_nest_too_deep_are_refused() {
    let mut graph = bytes(1, &bytes(4, b"If"));
    for _ in 0..100 {
        graph = bytes(1, &bytes(5, &bytes(6, &graph)));
    }
    assert!(matches!(read(&[number(1, 8), bytes(7, &graph)].concat()), Err(OnnxError::Damaged { .. })));
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(at in 0usize..300, value: u8, keep in 0usize..300) {
        let mut file = model_with(&weight("w", 3, 24));
        let (at, keep) = (at % file.len(), 1 + keep % file.len());
        file[at] = value;
        file.truncate(keep);
        let _ = read(&file);
    }
}
