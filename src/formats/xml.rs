//! XML files, element by element: what was complete before damage is given, and every element knows its line.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::FormatError;

/// Elements inside of each other beyond this many are taken for damage.
const MAX_DEPTH: usize = 64;

/// An element with all that is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    pub name: String,
    /// Its attributes, in order.
    pub attributes: Vec<(String, String)>,
    /// Its text, without that of elements in it.
    pub text: String,
    pub children: Vec<Element>,
    /// The line of the file on which its first tag ends.
    pub line: usize,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The number in an attribute; `None` where there is no such attribute.
    ///
    /// # Errors
    /// When it is no number.
    pub fn number(&self, name: &str) -> Result<Option<f64>, String> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(format!("{name} is {text:?}, which is no number")),
        }
    }

    /// The first element of this name in it.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The elements of this name in it.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element of this name in it, without blanks around; empty where there is none.
    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }
}

/// One step through a file.
pub(super) enum Step {
    /// An element begins. Its children follow as steps, or [`XmlFile::rest_of`] reads them.
    Begin(Element),
    /// An element ends.
    End,
    /// The file ends.
    EndOfFile,
}

/// Why a file cannot be read on, and where.
pub(super) struct Broken {
    pub message: String,
    pub place: String,
}

/// A file that is read from front to back, in memory that does not grow with it.
pub(super) struct XmlFile {
    path: PathBuf,
    reader: quick_xml::Reader<LineCounter>,
    lines: Rc<Cell<usize>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl XmlFile {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, FormatError> {
        if path.is_dir() {
            let message = "This is a folder where an XML file was expected; name the file in it.";
            return Err(FormatError::unusable(message, path));
        }
        let file = File::open(path).map_err(FormatError::io("Reading the file", path))?;
        Ok(Self::new(path, Box::new(BufReader::with_capacity(1 << 16, file))))
    }

    /// Text in memory, as if it were that of a file.
    pub fn from_text(path: &Path, text: String) -> Self {
        Self::new(path, Box::new(io::Cursor::new(text.into_bytes())))
    }

    fn new(path: &Path, inner: Box<dyn BufRead>) -> Self {
        let lines = Rc::new(Cell::new(1));
        let mut reader = quick_xml::Reader::from_reader(LineCounter { inner, lines: Rc::clone(&lines) });
        reader.config_mut().expand_empty_elements = true;
        Self { path: path.to_owned(), reader, lines, buffer: Vec::new(), depth: 0 }
    }

    /// The file with a line, as `file:line`.
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    fn broken(&self, message: impl std::fmt::Display) -> Broken {
        Broken { message: message.to_string(), place: self.place(self.lines.get()) }
    }

    /// The next beginning or end of an element.
    pub fn step(&mut self) -> Result<Step, Broken> {
        loop {
            if let Some(step) = self.next_event(&mut String::new())? {
                return Ok(step);
            }
        }
    }

    /// Reads all that is in an element which [`XmlFile::step`] has just given.
    pub fn rest_of(&mut self, begun: Element) -> Result<Element, Broken> {
        let mut open = vec![begun];
        loop {
            let mut text = String::new();
            let step = self.next_event(&mut text)?;
            let Some(current) = open.last_mut() else {
                return Err(self.broken("an end without a beginning"));
            };
            current.text.push_str(&text);
            match step {
                None => {}
                Some(Step::Begin(element)) => open.push(element),
                Some(Step::End) => {
                    let Some(done) = open.pop() else { continue };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Some(Step::EndOfFile) => return Err(self.broken("the file breaks off")),
            }
        }
    }

    /// One event; text is added to `text`.
    fn next_event(&mut self, text: &mut String) -> Result<Option<Step>, Broken> {
        self.buffer.clear();
        let mut buffer = std::mem::take(&mut self.buffer);
        let step = match self.reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start)) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    Err("elements lie too deep in each other".to_owned())
                } else {
                    element_of(&start, self.lines.get()).map(|e| Some(Step::Begin(e)))
                }
            }
            Ok(Event::End(_)) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Some(Step::End))
            }
            Ok(Event::Eof) if self.depth > 0 => Err("the file breaks off".to_owned()),
            Ok(Event::Eof) => Ok(Some(Step::EndOfFile)),
            Ok(Event::Text(part)) => part
                .xml10_content()
                .map(|part| {
                    text.push_str(&part);
                    None
                })
                .map_err(|error| error.to_string()),
            Ok(Event::CData(part)) => part
                .decode()
                .map(|part| {
                    text.push_str(&part);
                    None
                })
                .map_err(|error| error.to_string()),
            Ok(Event::GeneralRef(reference)) => push_reference(&reference, text).map(|()| None),
            Ok(_) => Ok(None),
            Err(error) => Err(error.to_string()),
        };
        self.buffer = buffer;
        step.map_err(|message| self.broken(message))
    }
}

fn element_of(start: &BytesStart<'_>, line: usize) -> Result<Element, String> {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    let mut element = Element { name, line, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        element.attributes.push((name, value.into_owned()));
    }
    Ok(element)
}

fn push_reference(reference: &BytesRef<'_>, text: &mut String) -> Result<(), String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        text.push(character);
        return Ok(());
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    let value = resolve_predefined_entity(&name).ok_or_else(|| format!("&{name}; is not known"))?;
    text.push_str(value);
    Ok(())
}

/// Counts the line breaks that were read over.
struct LineCounter {
    inner: Box<dyn BufRead>,
    lines: Rc<Cell<usize>>,
}

impl io::Read for LineCounter {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let num = available.len().min(into.len());
        into[..num].copy_from_slice(&available[..num]);
        self.consume(num);
        Ok(num)
    }
}

impl BufRead for LineCounter {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, num: usize) {
        if let Ok(available) = self.inner.fill_buf() {
            let num_breaks =
                available[..num.min(available.len())].iter().filter(|&&byte| byte == b'\n').count();
            self.lines.set(self.lines.get() + num_breaks);
        }
        self.inner.consume(num);
    }
}

/// Text as it stands in XML, between tags and in quotes. Line breaks and tabs survive in quotes, too; control
/// characters, which XML cannot hold, become blanks.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Element, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let mut xml = XmlFile::open(file.path()).unwrap();
        let told = |broken: Broken| format!("{} at {}", broken.message, broken.place);
        let Step::Begin(root) = xml.step().map_err(told)? else { return Err("nothing begins".to_owned()) };
        xml.rest_of(root).map_err(told)
    }

    #[test]
    fn text_comes_back_as_it_was_written() {
        for text in ["a & b < c > \"d\" 'e'", "two\nlines\tand a tab\r", "é ☃ 𝄞", ""] {
            let xml = format!("<?xml version=\"1.0\"?>\n<a b=\"{0}\">{0}</a>", escaped(text));
            let element = read(&xml).unwrap();
            assert_eq!((element.get("b"), element.text.as_str()), (Some(text), text));
        }
        assert_eq!(read(&format!("<a>{}</a>", escaped("\u{1}x"))).unwrap().text, " x");
    }

    #[test]
    fn elements_know_their_lines_and_what_is_in_them() {
        let element = read("<a>\n<b n='1.5'/>\n\n<c>x<!-- no -->y<![CDATA[<z>]]></c></a>").unwrap();
        assert_eq!(element.children.iter().map(|child| child.line).collect::<Vec<_>>(), [2, 4]);
        assert_eq!((element.text_of("c"), element.child("b").unwrap().number("n")), ("xy<z>", Ok(Some(1.5))));
    }

    #[test]
    fn damage_is_told_with_its_line() {
        for (text, message) in
            [("<a>\n<b>", "breaks off"), ("<a>\n</b>", ":2"), ("<a>&nope;</a>", "&nope;"), ("<a b=c/>", ":1")]
        {
            let error = read(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
        assert!(read(&"<a>".repeat(100_000)).unwrap_err().contains("too deep"));
    }
}
