//! JSON files with damage: finds the records of a file by its brackets alone, so that one that is malformed
//! (`NaN`, a wrong type, broken text) takes down neither its neighbours nor, where a file was cut off, those before.
//!
//! The file is in memory once, as bytes; records are parsed one at a time from there.

use std::cell::OnceCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::FormatError;

/// Where a value lies in the text, in bytes.
pub(super) type Span = Range<usize>;

/// A JSON file in memory.
pub(super) struct JsonText {
    path: PathBuf,
    bytes: Vec<u8>,
    /// For each block of [`BLOCK_BYTES`], the number of line breaks before it, and where the line begins that it
    /// begins in. Many files are one single line.
    lines_before_block: OnceCell<Vec<(usize, usize)>>,
}

const BLOCK_BYTES: usize = 1 << 16;

fn num_breaks_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}

fn last_break_in(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|&byte| byte == b'\n')
}

/// A record that cannot be read: what is the matter, and the file, line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub message: String,
    pub place: String,
}

impl JsonText {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, FormatError> {
        if path.is_dir() {
            let message = "This is a folder where a JSON file was expected; name the file in it.";
            return Err(FormatError::unusable(message, path));
        }
        let bytes = std::fs::read(path).map_err(FormatError::io("Reading the file", path))?;
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let message = "This file is UTF-16 text; save it as UTF-8 and try again.";
            return Err(FormatError::unusable(message, path));
        }
        Ok(Self::new(path, bytes))
    }

    /// The text of a file that was read already.
    pub fn new(path: &Path, mut bytes: Vec<u8>) -> Self {
        if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
            // Blanks instead of a byte order mark keep the offsets right.
            bytes[..3].fill(b' ');
        }
        Self { path: path.to_owned(), bytes, lines_before_block: OnceCell::new() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file with line and column of a byte, as `file:line:column`.
    pub fn place(&self, offset: usize) -> String {
        let (line, column) = self.line_and_column(offset);
        format!("{}:{line}:{column}", self.path.display())
    }

    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.bytes.len());
        let blocks = self.lines_before_block.get_or_init(|| {
            let (mut num_breaks, mut line_start, mut block_start) = (0, 0, 0);
            let mut blocks = Vec::with_capacity(self.bytes.len() / BLOCK_BYTES + 2);
            for block in self.bytes.chunks(BLOCK_BYTES) {
                blocks.push((num_breaks, line_start));
                num_breaks += num_breaks_in(block);
                line_start = last_break_in(block).map_or(line_start, |at| block_start + at + 1);
                block_start += block.len();
            }
            // For an offset at the very end.
            blocks.push((num_breaks, line_start));
            blocks
        });
        let block_index = offset / BLOCK_BYTES;
        let block_start = block_index * BLOCK_BYTES;
        let (num_breaks, line_start) = blocks[block_index];
        let block = &self.bytes[block_start..offset];
        let line_start = last_break_in(block).map_or(line_start, |at| block_start + at + 1);
        (num_breaks + num_breaks_in(block) + 1, offset - line_start + 1)
    }

    /// Parses the value in a span.
    pub fn parse<T: DeserializeOwned>(&self, span: &Span) -> Result<T, Malformed> {
        serde_json::from_slice(&self.bytes[span.clone()]).map_err(|error| {
            let (line, column) = self.line_and_column(span.start);
            let error_line = line + error.line().saturating_sub(1);
            let column = if error.line() <= 1 { column + error.column().max(1) - 1 } else { error.column() };
            let text = error.to_string();
            let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
            Malformed { message, place: format!("{}:{error_line}:{column}", self.path.display()) }
        })
    }

    /// The byte that the file's value begins with; `None` in an empty file.
    pub fn first_byte(&self) -> Option<u8> {
        self.bytes.get(self.skip_blanks(0)).copied()
    }

    /// The whole file as one span.
    pub fn whole(&self) -> Span {
        self.skip_blanks(0)..self.bytes.len()
    }

    /// The members of the object in a span: each name with the span of its value. The last result is an error when
    /// the object breaks off; a value that breaks off itself is in the list all the same.
    pub fn members(&self, span: &Span) -> Vec<Result<(String, Span), Malformed>> {
        let mut members = Vec::new();
        let mut at = span.start;
        if self.bytes.get(at) != Some(&b'{') {
            return vec![Err(self.malformed("expected an object that begins with {", at))];
        }
        at = self.skip_blanks(at + 1);
        while let Some(&byte) = self.bytes[..span.end].get(at) {
            match byte {
                b'}' => return members,
                b',' => at = self.skip_blanks(at + 1),
                b'"' => {
                    let Some(end) = self.skip_string(at, span.end) else { break };
                    let name: Result<String, _> = self.parse(&(at..end));
                    at = self.skip_blanks(end);
                    if self.bytes[..span.end].get(at) != Some(&b':') {
                        members.push(Err(self.malformed("expected a colon after the name", at)));
                        return members;
                    }
                    at = self.skip_blanks(at + 1);
                    let end = self.skip_value(at, span.end).unwrap_or(span.end);
                    members.push(name.map(|name| (name, at..end)));
                    at = self.skip_blanks(end.max(at));
                }
                _ => {
                    members.push(Err(self.malformed("expected a name in quotes", at)));
                    return members;
                }
            }
        }
        members
            .push(Err(self.malformed("the file breaks off here; it was not written to its end", span.end)));
        members
    }

    /// The elements of the array in a span. The last one is an error when the array breaks off.
    pub fn elements(&self, span: &Span) -> impl Iterator<Item = Result<Span, Malformed>> + '_ {
        let end = span.end;
        let mut at = Some(span.start);
        let mut is_first = true;
        std::iter::from_fn(move || {
            let mut pos = at.take()?;
            if std::mem::take(&mut is_first) {
                if self.bytes[..end].get(pos) != Some(&b'[') {
                    return Some(Err(self.malformed("expected a list that begins with [", pos)));
                }
                pos += 1;
            }
            pos = self.skip_blanks(pos);
            while self.bytes[..end].get(pos) == Some(&b',') {
                pos = self.skip_blanks(pos + 1);
            }
            match self.bytes[..end].get(pos) {
                Some(b']') => None,
                Some(b'}') => Some(Err(self.malformed("this bracket closes nothing", pos))),
                Some(_) => match self.skip_value(pos, end) {
                    Some(next) => {
                        at = Some(next);
                        Some(Ok(pos..next))
                    }
                    None => Some(Err(self.malformed("the file breaks off in this record", pos))),
                },
                None => {
                    Some(Err(self.malformed("the file breaks off here; it was not written to its end", pos)))
                }
            }
        })
    }

    fn malformed(&self, message: &str, offset: usize) -> Malformed {
        Malformed { message: message.to_owned(), place: self.place(offset) }
    }

    fn skip_blanks(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    }

    /// The end of the string that begins at `at`.
    fn skip_string(&self, at: usize, end: usize) -> Option<usize> {
        let mut i = at + 1;
        while i < end {
            match self.bytes[i] {
                b'"' => return Some(i + 1),
                b'\\' => i += 2,
                _ => i += 1,
            }
        }
        None
    }

    /// The end of the value that begins at `at`, whatever it is; `None` when it breaks off. Brackets are counted
    /// without a stack, so that deep nesting costs nothing.
    fn skip_value(&self, at: usize, end: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut i = at;
        while i < end {
            match self.bytes[i] {
                b'"' => i = self.skip_string(i, end)?,
                b'{' | b'[' => {
                    depth += 1;
                    i += 1;
                }
                b'}' | b']' => {
                    // At depth 0 the bracket belongs to what is around the value.
                    let Some(above) = depth.checked_sub(1) else { return (i > at).then_some(i) };
                    depth = above;
                    i += 1;
                }
                b',' | b':' if depth == 0 => return Some(i.max(at + 1)),
                byte if depth == 0 && byte.is_ascii_whitespace() => return Some(i),
                _ => {
                    i += 1;
                    continue;
                }
            }
            if depth == 0 {
                return Some(i);
            }
        }
        // A bare value may end with the text; a bracket or string may not.
        (depth == 0 && i > at).then_some(i)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(json: &str) -> JsonText {
        JsonText::new(Path::new("t.json"), json.into())
    }

    fn elements_of(json: &str) -> Vec<Result<String, String>> {
        let text = text(json);
        let found = text.elements(&text.whole());
        found.map(|e| e.map(|span| json[span].to_owned()).map_err(|e| e.place)).collect()
    }

    #[test]
    fn finds_records_around_a_broken_one() {
        let found = elements_of("[{\"a\": 1},\n {\"a\": NaN},\n {\"a\": \"]},\\\"\"}]");
        assert_eq!(
            found,
            [
                Ok("{\"a\": 1}".to_owned()),
                Ok("{\"a\": NaN}".to_owned()),
                Ok("{\"a\": \"]},\\\"\"}".to_owned())
            ]
        );
    }

    #[test]
    fn keeps_what_comes_before_the_cut() {
        let found = elements_of("[1, [2],\n {\"a\": ");
        assert_eq!(found, [Ok("1".to_owned()), Ok("[2]".to_owned()), Err("t.json:2:2".to_owned())]);
        assert_eq!(elements_of("[1, "), [Ok("1".to_owned()), Err("t.json:1:5".to_owned())]);
    }

    #[test]
    fn names_the_line_and_column_of_a_wrong_value() {
        let text = text("{\n \"n\": [1,\n  \"x\"]\n}");
        let members: Vec<_> = text.members(&text.whole()).into_iter().map(Result::unwrap).collect();
        assert_eq!(members[0].0, "n");
        let error = text.parse::<Vec<u32>>(&members[0].1).unwrap_err();
        assert_eq!(error.place, "t.json:3:5");
        assert!(error.message.contains("invalid type: string"), "{}", error.message);
    }

    #[test]
    fn lines_and_columns_are_right_across_blocks() {
        let mut bytes = vec![b' '; BLOCK_BYTES * 3];
        for at in [5, BLOCK_BYTES - 1, BLOCK_BYTES + 7] {
            bytes[at] = b'\n';
        }
        let text = JsonText::new(Path::new("t.json"), bytes.clone());
        for offset in [0, 5, 6, BLOCK_BYTES, BLOCK_BYTES + 8, 2 * BLOCK_BYTES, 3 * BLOCK_BYTES, usize::MAX] {
            let before = &bytes[..offset.min(bytes.len())];
            let line = before.split(|&byte| byte == b'\n').count();
            let column = before.rsplit(|&byte| byte == b'\n').next().map_or(0, <[u8]>::len) + 1;
            assert_eq!(text.line_and_column(offset), (line, column), "{offset}");
        }
    }

    #[test]
    fn a_cut_object_still_gives_its_members() {
        let text = text("{\"a\": [1, 2], \"b\": [3, 4");
        let members = text.members(&text.whole());
        assert_eq!(members.len(), 3);
        let (name, span) = members[1].clone().unwrap();
        assert_eq!((name.as_str(), text.elements(&span).filter(Result::is_ok).count()), ("b", 2));
        assert!(members[2].is_err());
    }

    proptest! {
        #[test]
        fn never_panics_and_always_ends(bytes in proptest::collection::vec(prop_oneof![
            Just(b'{'), Just(b'}'), Just(b'['), Just(b']'), Just(b'"'), Just(b','), Just(b':'),
            Just(b'\\'), Just(b' '), Just(b'\n'), Just(b'1'), any::<u8>()
        ], 0..60)) {
            let text = JsonText::new(Path::new("t.json"), bytes);
            for member in text.members(&text.whole()).into_iter().flatten() {
                let _ = text.elements(&member.1).count();
            }
            prop_assert!(text.elements(&text.whole()).count() <= 61);
        }

        #[test]
        fn finds_exactly_the_records_of_valid_json(
            values in proptest::collection::vec(("[a-z\"\\\\\\]}{]{0,6}", any::<i32>()), 0..8)
        ) {
            let records: Vec<serde_json::Value> =
                values.iter().map(|(s, n)| serde_json::json!({"s": s, "n": [n, [n]]})).collect();
            let json = serde_json::to_string_pretty(&records).unwrap();
            let text = JsonText::new(Path::new("t.json"), json.into_bytes());
            let found: Vec<serde_json::Value> = text
                .elements(&text.whole())
                .map(|span| text.parse(&span.unwrap()).unwrap())
                .collect();
            prop_assert_eq!(found, records);
        }
    }
}
